// SPDX-License-Identifier: Apache-2.0
// Storage types. The numbers equal lapilli::DType (engine/base/dtype.h).
//
// For an axis X of scalar storage types the build defines X_SCALAR, X_VEC4 (what a buffer holds) and
//   float = X_LOAD(element)     vec4 = X_LOAD4(element)     element = X_STORE(float)     element = X_STORE4(vec4)
//   X_BYTES, of an element
// so that   buffer In { X_SCALAR x[]; };   float v = X_LOAD(x[i]);   needs 16-bit storage but no 16-bit arithmetic.
// Stores round to nearest even.
#ifndef LAPILLI_TYPES_GLSL
#define LAPILLI_TYPES_GLSL

#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_scalar_block_layout : require

#define DTYPE_f32 0
#define DTYPE_f16 1
#define DTYPE_bf16 2
#define DTYPE_i32 3
#define DTYPE_q4_0 4
#define DTYPE_q4_1 5
#define DTYPE_q5_0 6
#define DTYPE_q5_1 7
#define DTYPE_q8_0 8
#define DTYPE_q2_k 9
#define DTYPE_q3_k 10
#define DTYPE_q4_k 11
#define DTYPE_q5_k 12
#define DTYPE_q6_k 13
#define DTYPE_iq4_nl 14
#define DTYPE_iq4_xs 15

// NaN keeps its sign and becomes the quiet one: adding the rounding term could carry it into infinity or zero.
uvec4 bfloat16_bits(vec4 value) {
  const uvec4 bits = floatBitsToUint(value);
  const uvec4 rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  return mix(rounded, (bits >> 16) | 0x40u, greaterThan(bits & 0x7fffffffu, uvec4(0x7f800000u)));
}

// Four halves travel as two words: one load of each word instead of four of 16 bits.
vec4 unpack_float16(uvec2 words) {
  return vec4(unpackHalf2x16(words.x), unpackHalf2x16(words.y));
}

uvec2 pack_float16(vec4 value) {
  return uvec2(packHalf2x16(value.xy), packHalf2x16(value.zw));
}

vec4 unpack_bfloat16(uvec2 words) {
  return uintBitsToFloat(uvec4(words.x << 16, words.x & 0xffff0000u, words.y << 16, words.y & 0xffff0000u));
}

uvec2 pack_bfloat16(vec4 value) {
  const uvec4 bits = bfloat16_bits(value);
  return uvec2(bits.x | bits.y << 16, bits.z | bits.w << 16);
}

#define SCALAR_f32 float
#define VEC4_f32 vec4
#define LOAD_f32(e) (e)
#define LOAD4_f32(e) (e)
#define STORE_f32(v) (v)
#define STORE4_f32(v) (v)
#define BYTES_f32 4

#define SCALAR_f16 float16_t
#define VEC4_f16 uvec2
#define LOAD_f16(e) float(e)
#define LOAD4_f16(e) unpack_float16(e)
#define STORE_f16(v) float16_t(v)
#define STORE4_f16(v) pack_float16(v)
#define BYTES_f16 2

#define SCALAR_bf16 uint16_t
#define VEC4_bf16 uvec2
#define LOAD_bf16(e) uintBitsToFloat(uint(e) << 16)
#define LOAD4_bf16(e) unpack_bfloat16(e)
#define STORE_bf16(v) uint16_t(bfloat16_bits(vec4(v)).x)
#define STORE4_bf16(v) pack_bfloat16(v)
#define BYTES_bf16 2

#define SCALAR_i32 int

#endif
