// SPDX-License-Identifier: Apache-2.0
// A one-dimensional workgroup of at most 256 invocations that works on one row, and reductions over it, for
// subgroups of 4 to 128 lanes. The result reaches every invocation, and every invocation has to arrive. The order
// of additions depends on the device only, so results repeat bit for bit.
//
// The including shader has   //! tune LOCAL_SIZE 64 4 8 16 128 256   and   //! tune ONE_SUBGROUP 0 1   as its first
// two tunables. ONE_SUBGROUP = 1 promises that a subgroup has LOCAL_SIZE lanes or more: then no barrier is even
// compiled, which on a processor costs several times what a row costs.
#ifndef LAPILLI_REDUCE_GLSL
#define LAPILLI_REDUCE_GLSL

#extension GL_KHR_shader_subgroup_arithmetic : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;
layout(constant_id = 1) const uint ONE_SUBGROUP = 0;

shared vec2 reduce_partial[256 / 4];

#define REDUCE_OVER_GROUP(type, components, subgroup_operation, combine) \
  value = subgroup_operation(value);                                     \
  if (ONE_SUBGROUP != 0u) return value;                                \
  barrier();                                                             \
  if (subgroupElect()) reduce_partial[gl_SubgroupID].components = value; \
  barrier();                                                             \
  type total = reduce_partial[0].components;                             \
  for (uint i = 1; i < gl_NumSubgroups; ++i) {                           \
    const type other = reduce_partial[i].components;                     \
    total = combine;                                                     \
  }                                                                      \
  return total;

float group_sum(float value) {
  REDUCE_OVER_GROUP(float, x, subgroupAdd, total + other)
}

vec2 group_sum(vec2 value) {
  REDUCE_OVER_GROUP(vec2, xy, subgroupAdd, total + other)
}

float group_max(float value) {
  REDUCE_OVER_GROUP(float, x, subgroupMax, max(total, other))
}

#endif
