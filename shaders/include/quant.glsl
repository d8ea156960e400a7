// SPDX-License-Identifier: Apache-2.0
// Weights of every storage type W as stored in the file, read eight values at a time.
//
//   WeightGroup g = weight_group(row, group, in_dim);   what elements 32·group … 32·group + 31 of a row share
//   WeightGroup g = weight_group(row, pair, side, in_dim);   the same for group 2·pair + side; with constant sides, two
//                                                       calls share the loads that both sides of a pair need
//   weight_octet(g, octet, low, high);                  elements 8·octet … 8·octet + 7 of these, as two vec4
//   weight_row_bytes(in_dim), weight_bits_at(byte)      for reading stored rows ahead
//
// The values are those of ggml's decoders, bit by bit. Rows are in_dim long, a multiple of the block and of 32; float
// rows of another length need the constant RAGGED = 1, and read as zero beyond their end. The file that includes this
// defines W, WEIGHT_BINDING and RAGGED. Blocks of 18, 22, 34, 110 or 210 bytes begin at any even address: they are
// read as 32-bit words and shifted, which costs less than twice as many 16-bit loads.
#ifndef LAPILLI_QUANT_GLSL
#define LAPILLI_QUANT_GLSL

#include "types.glsl"

#define W_IS_FLOAT (W == DTYPE_f32 || W == DTYPE_f16 || W == DTYPE_bf16)
#define W_HAS_256 \
  (W == DTYPE_q2_k || W == DTYPE_q3_k || W == DTYPE_q4_k || W == DTYPE_q5_k || W == DTYPE_q6_k || W == DTYPE_iq4_xs)
#define W_HAS_OFFSET \
  (W == DTYPE_q4_1 || W == DTYPE_q5_1 || W == DTYPE_q2_k || W == DTYPE_q4_k || W == DTYPE_q5_k)
#define W_ALIGNED_TO_8 (W == DTYPE_q5_1 || W == DTYPE_q4_k || W == DTYPE_q5_k || W == DTYPE_iq4_xs)
#define W_ALIGNED_TO_4 (W == DTYPE_q4_1 || W == DTYPE_q2_k)
#define W_IS_NON_LINEAR (W == DTYPE_iq4_nl || W == DTYPE_iq4_xs)

// A processor loads for each lane by itself: half as many loads of 64 bits are faster. WIDE_LOADS asks for them.
#ifdef WIDE_LOADS
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#define WEIGHT_QUAD u64vec2
#define UNPACK_QUAD(value) uvec4(unpack32((value).x), unpack32((value).y))
#else
#define WEIGHT_QUAD uvec4
#define UNPACK_QUAD(value) (value)
#endif

#if W_IS_FLOAT
layout(binding = WEIGHT_BINDING, scalar) readonly restrict buffer WeightQuads { WEIGHT_QUAD weight_quads[]; };
#if W == DTYPE_f32
layout(binding = WEIGHT_BINDING, scalar) readonly restrict buffer WeightElements { float weight_elements[]; };
#elif W == DTYPE_f16
layout(binding = WEIGHT_BINDING, scalar) readonly restrict buffer WeightElements { float16_t weight_elements[]; };
#else
layout(binding = WEIGHT_BINDING, scalar) readonly restrict buffer WeightElements { uint16_t weight_elements[]; };
#endif
#elif W_ALIGNED_TO_8
layout(binding = WEIGHT_BINDING, scalar) readonly restrict buffer WeightPairs { uvec2 weight_pairs[]; };
#else
layout(binding = WEIGHT_BINDING, scalar) readonly restrict buffer WeightWords { uint weight_words[]; };
#endif

#if W_IS_FLOAT
uvec4 weight_quad(uint index) {
  const WEIGHT_QUAD quad = weight_quads[index];
  return UNPACK_QUAD(quad);
}

struct WeightGroup {
  uint first;  // element
  uint count;  // of elements within the row
};

WeightGroup weight_group(uint row, uint pair, uint side, uint in_dim) {
  const uint start = pair * 64 + side * 32;
  return WeightGroup(row * in_dim + start, min(in_dim - start, 32));
}

float weight_element(WeightGroup g, uint index) {
  if (index >= g.count) return 0.0;
#if W == DTYPE_bf16
  return LOAD_bf16(weight_elements[g.first + index]);
#else
  return float(weight_elements[g.first + index]);
#endif
}

void weight_octet(WeightGroup g, uint octet, out vec4 low, out vec4 high) {
  if (RAGGED != 0) {
    for (uint i = 0; i < 4; ++i) {
      low[i] = weight_element(g, octet * 8 + i);
      high[i] = weight_element(g, octet * 8 + 4 + i);
    }
    return;
  }
#if W == DTYPE_f32
  low = uintBitsToFloat(weight_quad(g.first / 4 + octet * 2));
  high = uintBitsToFloat(weight_quad(g.first / 4 + octet * 2 + 1));
#else
  const uvec4 packed_values = weight_quad(g.first / 8 + octet);
#if W == DTYPE_f16
  low = unpack_float16(packed_values.xy);
  high = unpack_float16(packed_values.zw);
#else
  low = unpack_bfloat16(packed_values.xy);
  high = unpack_bfloat16(packed_values.zw);
#endif
#endif
}

#else

// A value is scale · code + offset; the codes are read by weight_octet.
struct WeightGroup {
  uint block;   // where its block begins, in units of 16 bits
  uint pair;    // which 64 elements of a block of 256
  uint side;    // which 32 of these
  vec2 scale;   // of elements 0 … 15 and 16 … 31
  vec2 offset;  // the same
  uint bits;    // the fifth ones of q5_0 and q5_1
};

uint weight_unit(uint at) {
#if W_ALIGNED_TO_8
  const uvec2 pair = weight_pairs[at / 4];
  const uint word = (at & 2) != 0 ? pair.y : pair.x;
#else
  const uint word = weight_words[at / 2];
#endif
  return (at & 1) != 0 ? word >> 16 : word & 0xffff;
}

float weight_half(uint at) {
  return unpackHalf2x16(weight_unit(at)).x;
}

// Bytes 8·index … 8·index + 7 behind a 16-bit unit; where blocks may be odd, at least one more unit follows.
uvec2 weight_bytes(uint at, uint index) {
#if W_ALIGNED_TO_8
  return weight_pairs[at / 4 + index];
#else
  const uint word = at / 2 + index * 2;
  const uvec2 words = uvec2(weight_words[word], weight_words[word + 1]);
#if W_ALIGNED_TO_4
  return words;
#else
  const uint next = weight_words[word + 2];
  return (at & 1) != 0 ? uvec2(words.x >> 16 | words.y << 16, words.y >> 16 | next << 16) : words;
#endif
#endif
}

#if !W_ALIGNED_TO_8 && !W_ALIGNED_TO_4
// The same behind the unit that follows `at`: the words are those from `at` on, of which it shares the first.
uvec2 weight_bytes_after(uint at, uint index) {
  const uint word = at / 2 + index * 2;
  const uint first = weight_words[word];
  const uvec2 words = uvec2(weight_words[word + 1], weight_words[word + 2]);
  return (at & 1) != 0 ? words : uvec2(first >> 16 | words.x << 16, words.x >> 16 | words.y << 16);
}
#endif

vec4 signed_bytes(uint word) {
  const int value = int(word);
  return vec4(bitfieldExtract(value, 0, 8), bitfieldExtract(value, 8, 8), bitfieldExtract(value, 16, 8), value >> 24);
}

// The conversion goes through int, which processors convert faster than uint.
vec4 unsigned_bytes(uint word) {
  return vec4(ivec4(word & 255, word >> 8 & 255, word >> 16 & 255, word >> 24));
}

// Eight bits into bit 4 of eight bytes: the factor sends bit i to bit 8·i.
uvec2 fifth_bits(uint bits) {
  return (uvec2(bits & 15, bits >> 4 & 15) * 0x00204081 & 0x01010101) << 4;
}

#if W_IS_NON_LINEAR
const float NON_LINEAR[16] = float[](-127.0, -104.0, -83.0, -65.0, -49.0, -35.0, -22.0, -10.0, 1.0, 13.0, 25.0, 38.0,
                                     53.0, 69.0, 89.0, 113.0);

vec4 non_linear(uint word) {
  return vec4(NON_LINEAR[word & 15], NON_LINEAR[word >> 8 & 15], NON_LINEAR[word >> 16 & 15], NON_LINEAR[word >> 24]);
}
#endif

#if W == DTYPE_q4_k || W == DTYPE_q5_k
// Six-bit scale and minimum of a part, from twelve bytes behind the two halves.
vec2 scale_and_minimum(uint block, uint pair, uint side) {
  const uint shift = 16 * (pair & 1) + 8 * side;
  const uint a = weight_pairs[block / 4].y >> shift & 255;
  const uvec2 tail = weight_pairs[block / 4 + 1] >> shift & 255;
  const uvec2 small = uvec2(a & 63, tail.x & 63);
  const uvec2 split = uvec2((tail.y & 15) | (a >> 6) << 4, tail.y >> 4 | (tail.x >> 6) << 4);
  return vec2(ivec2(pair < 2 ? small : split));
}
#endif

WeightGroup weight_group(uint row, uint pair, uint side, uint in_dim) {
  WeightGroup g;
  g.offset = vec2(0.0);
  g.bits = 0;
  g.pair = pair % 4;
  g.side = side;
#if W_HAS_256
  const uint index = row * (in_dim / 256) + pair / 4;
#else
  const uint index = row * (in_dim / 32) + pair * 2 + side;
#endif

#if W == DTYPE_q4_0 || W == DTYPE_iq4_nl  // d, 16 bytes of two codes
  g.block = index * 9;
  g.scale = vec2(weight_half(g.block));
#elif W == DTYPE_q4_1  // d, m, 16 bytes of two codes
  g.block = index * 10;
  const vec2 head = unpackHalf2x16(weight_words[g.block / 2]);
  g.scale = head.xx;
  g.offset = head.yy;
#elif W == DTYPE_q5_0  // d, 32 fifth bits, 16 bytes of two codes
  g.block = index * 11;
  g.scale = vec2(weight_half(g.block));
  g.bits = weight_unit(g.block + 1) | weight_unit(g.block + 2) << 16;
#elif W == DTYPE_q5_1  // d, m, 32 fifth bits, 16 bytes of two codes
  g.block = index * 12;
  const uvec2 words = weight_pairs[g.block / 4];
  const vec2 head = unpackHalf2x16(words.x);
  g.scale = head.xx;
  g.offset = head.yy;
  g.bits = words.y;
#elif W == DTYPE_q8_0  // d, 32 codes
  g.block = index * 17;
  g.scale = vec2(weight_half(g.block));
#elif W == DTYPE_q2_k  // 16 bytes of scale and minimum, 64 bytes of four codes, d, dmin
  g.block = index * 42;
  const uint codes = weight_unit(g.block + g.pair * 2 + side);
  const vec2 head = unpackHalf2x16(weight_words[g.block / 2 + 20]);
  g.scale = head.x * vec2(codes & 15, codes >> 8 & 15);
  g.offset = -(head.y * vec2(codes >> 4 & 15, codes >> 12));
#elif W == DTYPE_q3_k  // 32 bytes of third bits, 64 bytes of four codes, 12 bytes of scales, d
  g.block = index * 55;
  const uint low = weight_unit(g.block + 48 + g.pair % 2 * 2 + side) >> (g.pair < 2 ? 0 : 4);
  const uint high = weight_unit(g.block + 52 + side) >> 2 * g.pair;
  const vec2 codes = vec2((low & 15) | (high & 3) << 4, (low >> 8 & 15) | (high >> 8 & 3) << 4);
  g.scale = weight_half(g.block + 54) * (codes - 32.0);
#elif W == DTYPE_q4_k || W == DTYPE_q5_k  // d, dmin, 12 bytes of scales, q5_k: 32 bytes of fifth bits, 128 of two codes
  g.block = index * (W == DTYPE_q4_k ? 72 : 88);
  const vec2 products = unpackHalf2x16(weight_pairs[g.block / 4].x) * scale_and_minimum(g.block, g.pair, side);
  g.scale = products.xx;
  g.offset = -products.yy;
#elif W == DTYPE_q6_k  // 128 bytes of two low parts, 64 bytes of four high ones, 16 scales, d
  g.block = index * 105;
  const int codes = int(weight_unit(g.block + 96 + g.pair * 2 + side));
  g.scale = weight_half(g.block + 104) * vec2(bitfieldExtract(codes, 0, 8), bitfieldExtract(codes, 8, 8));
#elif W == DTYPE_iq4_xs  // d, high and low parts of scales, 128 bytes of two codes
  g.block = index * 68;
  const uvec2 head = weight_pairs[g.block / 4];
  const uint part = g.pair * 2 + side;
  const uint code = (head.y >> 4 * part & 15) | (head.x >> (16 + 2 * part) & 3) << 4;
  g.scale = vec2(unpackHalf2x16(head.x).x * (float(code) - 32.0));
#endif
  return g;
}

#if W == DTYPE_q8_0
void weight_codes(WeightGroup g, uint octet, out vec4 low, out vec4 high) {
  const uvec2 codes = weight_bytes_after(g.block, octet);
  low = signed_bytes(codes.x);
  high = signed_bytes(codes.y);
}
#else
// Eight codes as bytes, before what the format subtracts.
uvec2 packed_codes(WeightGroup g, uint octet) {
#if W == DTYPE_q4_0 || W == DTYPE_iq4_nl
  return weight_bytes_after(g.block, octet % 2) >> 4 * (octet / 2) & 0x0f0f0f0f;
#elif W == DTYPE_q4_1
  return weight_bytes(g.block + 2, octet % 2) >> 4 * (octet / 2) & 0x0f0f0f0f;
#elif W == DTYPE_q5_0
  const uvec2 four = weight_bytes_after(g.block + 2, octet % 2) >> 4 * (octet / 2) & 0x0f0f0f0f;
  return four | fifth_bits(g.bits >> 8 * octet);
#elif W == DTYPE_q5_1
  const uvec2 four = weight_bytes(g.block + 4, octet % 2) >> 4 * (octet / 2) & 0x0f0f0f0f;
  return four | fifth_bits(g.bits >> 8 * octet);
#elif W == DTYPE_q2_k
  return weight_bytes(g.block + 8, g.pair / 2 * 4 + octet) >> 4 * (g.pair % 2) + 2 * g.side & 0x03030303;
#elif W == DTYPE_q3_k
  const uvec2 bytes = weight_bytes(g.block + 16, g.pair / 2 * 4 + octet);
  const uvec2 two = bytes >> 4 * (g.pair % 2) + 2 * g.side & 0x03030303;
  return two | (weight_bytes(g.block, octet) >> 2 * g.pair + g.side & 0x01010101) << 2;
#elif W == DTYPE_q4_k
  return weight_bytes(g.block + 8, g.pair * 4 + octet) >> 4 * g.side & 0x0f0f0f0f;
#elif W == DTYPE_q5_k
  const uvec2 four = weight_bytes(g.block + 24, g.pair * 4 + octet) >> 4 * g.side & 0x0f0f0f0f;
  return four | (weight_bytes(g.block + 8, octet) >> 2 * g.pair + g.side & 0x01010101) << 4;
#elif W == DTYPE_q6_k
  const uvec2 bytes = weight_bytes(g.block, g.pair / 2 * 8 + g.side * 4 + octet);
  const uvec2 top = weight_bytes(g.block + 64, g.pair / 2 * 4 + octet);
  const uvec2 high = top >> 4 * (g.pair % 2) + 2 * g.side & 0x03030303;
  return (bytes >> 4 * (g.pair % 2) & 0x0f0f0f0f) | high << 4;
#elif W == DTYPE_iq4_xs
  return weight_bytes(g.block + 4, g.pair * 4 + g.side * 2 + octet % 2) >> 4 * (octet / 2) & 0x0f0f0f0f;
#endif
}

void weight_codes(WeightGroup g, uint octet, out vec4 low, out vec4 high) {
  const uvec2 codes = packed_codes(g, octet);
#if W_IS_NON_LINEAR
  low = non_linear(codes.x);
  high = non_linear(codes.y);
#else
  const float zero =
      W == DTYPE_q4_0 ? 8.0 : W == DTYPE_q5_0 ? 16.0 : W == DTYPE_q3_k ? 4.0 : W == DTYPE_q6_k ? 32.0 : 0.0;
  low = unsigned_bytes(codes.x) - zero;
  high = unsigned_bytes(codes.y) - zero;
#endif
}
#endif

void weight_octet(WeightGroup g, uint octet, out vec4 low, out vec4 high) {
  weight_codes(g, octet, low, high);
  precise vec4 scaled_low = low * (octet < 2 ? g.scale.x : g.scale.y);
  precise vec4 scaled_high = high * (octet < 2 ? g.scale.x : g.scale.y);
#if W_HAS_OFFSET
  scaled_low += octet < 2 ? g.offset.x : g.offset.y;
  scaled_high += octet < 2 ? g.offset.x : g.offset.y;
#endif
  low = scaled_low;
  high = scaled_high;
}

#endif

WeightGroup weight_group(uint row, uint group, uint in_dim) {
  return weight_group(row, group / 2, group % 2, in_dim);
}

// Bytes of one stored row.
uint weight_row_bytes(uint in_dim) {
#if W == DTYPE_f32
  return in_dim * 4;
#elif W == DTYPE_f16 || W == DTYPE_bf16
  return in_dim * 2;
#elif W == DTYPE_q4_0 || W == DTYPE_iq4_nl
  return in_dim / 32 * 18;
#elif W == DTYPE_q4_1
  return in_dim / 32 * 20;
#elif W == DTYPE_q5_0
  return in_dim / 32 * 22;
#elif W == DTYPE_q5_1
  return in_dim / 32 * 24;
#elif W == DTYPE_q8_0
  return in_dim / 32 * 34;
#elif W == DTYPE_q2_k
  return in_dim / 256 * 84;
#elif W == DTYPE_q3_k
  return in_dim / 256 * 110;
#elif W == DTYPE_q4_k
  return in_dim / 256 * 144;
#elif W == DTYPE_q5_k
  return in_dim / 256 * 176;
#elif W == DTYPE_q6_k
  return in_dim / 256 * 210;
#elif W == DTYPE_iq4_xs
  return in_dim / 256 * 136;
#endif
}

// Some bits of the stored weight at a byte.
uint weight_bits_at(uint byte) {
#if W_IS_FLOAT
  return weight_quad(byte / 16).x;
#elif W_ALIGNED_TO_8
  return weight_pairs[byte / 8].x;
#else
  return weight_words[byte / 4];
#endif
}

#endif
