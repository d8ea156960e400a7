// SPDX-License-Identifier: Apache-2.0
// Reductions over a one-dimensional workgroup of at most 256 invocations, for subgroups of 4 to 128 lanes; the
// result reaches every invocation, and every invocation has to arrive. The order of additions depends on the
// device only, so results repeat bit for bit.
#ifndef LAPILLI_REDUCE_GLSL
#define LAPILLI_REDUCE_GLSL

#extension GL_KHR_shader_subgroup_arithmetic : require

shared vec2 reduce_partial[256 / 4];

// With a single subgroup no barrier is passed.
#define REDUCE_OVER_GROUP(type, components, subgroup_operation, combine) \
  value = subgroup_operation(value);                                     \
  if (gl_NumSubgroups == 1) return value;                                \
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
