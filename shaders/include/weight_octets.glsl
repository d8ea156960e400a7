// SPDX-License-Identifier: Apache-2.0
// Weights at an address, eight neighbouring elements of a row in the eight lanes of a subgroup (octets.glsl).
//
//   OCTETS                                  how many octets weight_span gives at once, a multiple of what the type's
//                                           blocks hold
//   PART_OCTETS, HAS_SCALE, HAS_OFFSET      how many of them share a scale and an offset, where the type has these, and
//                                           are added before the others
//   weight_span(row, first, span)           of the row stored at an address, octets first … first + OCTETS − 1:
//                                           element = scale · code + offset
//   weight_row_bytes(in_dim)                from one row to the next
//
// Addresses stay below the end of the row; in_dim is a multiple of the block and of 8 · OCTETS. The file that includes
// this defines W, and the constant SPAN_OCTETS for types whose blocks are smaller than that.
#ifndef LAPILLI_WEIGHT_OCTETS_GLSL
#define LAPILLI_WEIGHT_OCTETS_GLSL

#extension GL_EXT_shader_8bit_storage : require
#extension GL_EXT_shader_explicit_arithmetic_types_int8 : require
#include "octets.glsl"

DECLARE_OCTET(signed_octet, int8_t, SignedOctet, 1)

layout(buffer_reference, scalar, buffer_reference_align = 2) readonly restrict buffer HalfReference { uint16_t bits; };
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly restrict buffer WordReference { uint bits; };

float half_at(uint64_t address) {
  return unpackHalf2x16(uint(HalfReference(address).bits)).x;
}

// One octet of unsigned bytes; through int, which processors convert to float faster than uint.
int byte_octet(uint64_t address) {
  return int(signed_octet(address)) & 255;
}

#define IS_PLAIN (W == DTYPE_f32 || W == DTYPE_f16 || W == DTYPE_bf16)
#define HAS_SCALE !IS_PLAIN
#define HAS_OFFSET (W == DTYPE_q4_k || W == DTYPE_q5_k)
#if W == DTYPE_q4_k || W == DTYPE_q5_k || W == DTYPE_q6_k
#define OCTETS 32
#else
#define OCTETS SPAN_OCTETS
#endif
#if W == DTYPE_q6_k
#define PART_OCTETS 2
#elif IS_PLAIN
#define PART_OCTETS OCTETS
#else
#define PART_OCTETS 4
#endif

struct WeightSpan {
  float codes[OCTETS];
  float scales[OCTETS / PART_OCTETS];
  float offsets[OCTETS / PART_OCTETS];
};

uint weight_row_bytes(uint in_dim) {
#if IS_PLAIN
  return in_dim * W_BYTES;
#elif W == DTYPE_q4_0
  return in_dim / 32 * 18;
#elif W == DTYPE_q8_0
  return in_dim / 32 * 34;
#elif W == DTYPE_q4_k
  return in_dim / 256 * 144;
#elif W == DTYPE_q5_k
  return in_dim / 256 * 176;
#elif W == DTYPE_q6_k
  return in_dim / 256 * 210;
#endif
}

#if IS_PLAIN
void weight_span(uint64_t row, uint first, out WeightSpan span) {
  [[unroll]] for (uint o = 0; o < OCTETS; ++o) {
    span.codes[o] = W_OCTET(row + first * 8 * W_BYTES + o * 8 * W_BYTES);
  }
}

#elif W == DTYPE_q8_0  // d, 32 codes
void weight_span(uint64_t row, uint first, out WeightSpan span) {
  const uint64_t start = row + first / 4 * 34;
  [[unroll]] for (uint o = 0; o < OCTETS; ++o) {
    const uint64_t block = start + o / 4 * 34;
    span.scales[o / 4] = half_at(block);
    span.codes[o] = float(int(signed_octet(block + 2 + o % 4 * 8)));
  }
}

#elif W == DTYPE_q4_0  // d, 16 bytes of two codes
void weight_span(uint64_t row, uint first, out WeightSpan span) {
  const uint64_t start = row + first / 4 * 18;
  [[unroll]] for (uint o = 0; o < OCTETS; ++o) {
    const uint64_t block = start + o / 4 * 18;
    span.scales[o / 4] = half_at(block);
    span.codes[o] = float((byte_octet(block + 2 + o % 2 * 8) >> (o % 4 / 2 * 4) & 15) - 8);
  }
}

#elif W == DTYPE_q4_k || W == DTYPE_q5_k  // d, dmin, 12 bytes of scales, q5_k: 32 bytes of fifth bits, 128 of two codes
// Lane i: scale and minimum of elements 32·i … 32·i + 31.
vec2 scale_and_minimum(uint64_t block) {
  const vec2 factors = unpackHalf2x16(WordReference(block).bits);
  const int before = byte_octet(block), at = byte_octet(block + 4), behind = byte_octet(block + 8);
  const bool is_small = gl_SubgroupInvocationID < 4;
  const int scale = is_small ? at & 63 : (behind & 15) | (before >> 6) << 4;
  const int minimum = is_small ? behind & 63 : behind >> 4 | (at >> 6) << 4;
  return factors * vec2(scale, minimum);
}

void weight_span(uint64_t row, uint first, out WeightSpan span) {
  const uint64_t block = row + first / 32 * (W == DTYPE_q4_k ? 144 : 176);
  const uint64_t codes = block + (W == DTYPE_q4_k ? 16 : 48);
  const vec2 parts = scale_and_minimum(block);
  [[unroll]] for (uint o = 0; o < OCTETS; ++o) {
    const uint part = o / 4;
    int code = byte_octet(codes + part / 2 * 32 + o % 4 * 8) >> (part % 2 * 4) & 15;
#if W == DTYPE_q5_k
    code |= (byte_octet(block + 16 + o % 4 * 8) >> part & 1) << 4;
#endif
    span.codes[o] = float(code);
    span.scales[part] = subgroupBroadcast(parts.x, part);
    span.offsets[part] = -subgroupBroadcast(parts.y, part);
  }
}

#elif W == DTYPE_q6_k  // 128 bytes of two low parts, 64 bytes of four high ones, 16 scales, d
void weight_span(uint64_t row, uint first, out WeightSpan span) {
  const uint64_t block = row + first / 32 * 210;
  const float factor = half_at(block + 208);
  const vec2 scales = factor * vec2(int(signed_octet(block + 192)), int(signed_octet(block + 200)));
  [[unroll]] for (uint o = 0; o < OCTETS; ++o) {
    const uint half_block = o / 16, quarter = o % 16 / 4, bytes = o % 4 * 8;
    const int low = byte_octet(block + half_block * 64 + quarter % 2 * 32 + bytes) >> (quarter / 2 * 4) & 15;
    const int high = byte_octet(block + 128 + half_block * 32 + bytes) >> (quarter * 2) & 3;
    span.codes[o] = float((low | high << 4) - 32);
    span.scales[o / 2] = subgroupBroadcast(half_block == 0 ? scales.x : scales.y, o % 16 / 2);
  }
}
#endif

#endif
