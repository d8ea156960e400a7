// SPDX-License-Identifier: Apache-2.0
// Eight neighbouring numbers at an address in the eight lanes of a subgroup. A processor runs the lanes as one vector:
// it reads such an octet with one load, where eight addresses would take a load for each lane.
//
//   X_OCTET(address)      eight stored numbers of an axis X as floats
//   sum_of_lanes(value)   of the eight lanes, always in the same order
//   sum_of_columns(sums)  the same of eight values at once: lane c gets that of sums[c]
#ifndef LAPILLI_OCTETS_GLSL
#define LAPILLI_OCTETS_GLSL

#extension GL_EXT_buffer_reference : require
#extension GL_EXT_shader_explicit_arithmetic_types_int16 : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_ballot : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "types.glsl"

// Each lane takes one of eight values that all lanes read. The lanes' numbers are constants to the compiler, so that it
// makes one load of the eight.
#define DECLARE_OCTET(NAME, TYPE, REFERENCE, BYTES)                                                                  \
  layout(buffer_reference, scalar, buffer_reference_align = BYTES) readonly restrict buffer REFERENCE { TYPE e[8]; }; \
  TYPE NAME(uint64_t address) {                                                                                      \
    REFERENCE from = REFERENCE(address);                                                                             \
    const TYPE e0 = from.e[0], e1 = from.e[1], e2 = from.e[2], e3 = from.e[3];                                       \
    const TYPE e4 = from.e[4], e5 = from.e[5], e6 = from.e[6], e7 = from.e[7];                                       \
    const uint lane = gl_SubgroupInvocationID;                                                                       \
    TYPE value = e7;                                                                                                 \
    value = lane == 6 ? e6 : value;                                                                                  \
    value = lane == 5 ? e5 : value;                                                                                  \
    value = lane == 4 ? e4 : value;                                                                                  \
    value = lane == 3 ? e3 : value;                                                                                  \
    value = lane == 2 ? e2 : value;                                                                                  \
    value = lane == 1 ? e1 : value;                                                                                  \
    return lane == 0 ? e0 : value;                                                                                   \
  }

DECLARE_OCTET(f32_octet, float, F32Octet, 4)
DECLARE_OCTET(bits16_octet, uint16_t, Bits16Octet, 2)

float f16_octet(uint64_t address) {
  return unpackHalf2x16(uint(bits16_octet(address))).x;
}

float bf16_octet(uint64_t address) {
  return LOAD_bf16(bits16_octet(address));
}

#define OCTET_f32 f32_octet
#define OCTET_f16 f16_octet
#define OCTET_bf16 bf16_octet

float sum_of_lanes(float value) {
  const float first = subgroupBroadcast(value, 0) + subgroupBroadcast(value, 1);
  const float second = subgroupBroadcast(value, 2) + subgroupBroadcast(value, 3);
  const float third = subgroupBroadcast(value, 4) + subgroupBroadcast(value, 5);
  const float fourth = subgroupBroadcast(value, 6) + subgroupBroadcast(value, 7);
  return (first + second) + (third + fourth);
}

// Lanes whose bit is clear get the sum of a over both lanes of a pair, the others that of b.
float sum_of_pairs(float a, float b, uint bit) {
  const bool is_second = (gl_SubgroupInvocationID & bit) != 0;
  return (is_second ? b : a) + subgroupShuffleXor(is_second ? a : b, bit);
}

// Lane c gets the sum of sums[c] over all lanes, added in the order of sum_of_lanes.
float sum_of_columns(float sums[8]) {
  float pairs[4], quads[2];
  [[unroll]] for (uint i = 0; i < 4; ++i) pairs[i] = sum_of_pairs(sums[2 * i], sums[2 * i + 1], 1);
  [[unroll]] for (uint i = 0; i < 2; ++i) quads[i] = sum_of_pairs(pairs[2 * i], pairs[2 * i + 1], 2);
  return sum_of_pairs(quads[0], quads[1], 4);
}

#endif
