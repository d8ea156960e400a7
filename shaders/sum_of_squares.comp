// SPDX-License-Identifier: Apache-2.0
//! op    sum_of_squares   partial[g] = Σ x² of 16384 elements      one workgroup for each partial sum, 0 beyond the elements
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 4 8 16 128 256
//! tune  ONE_SUBGROUP 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "params.h"
#include "reduce.glsl"

const uint QUADS_OF_GROUP = 4096;

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 0, scalar) readonly buffer Input4 { X_VEC4 x4[]; };
layout(binding = 1, scalar) writeonly buffer Output { float partial[]; };
layout(push_constant, scalar) uniform Block { SumOfSquaresParams params; };

void main() {
  const uint group = flat_group();
  if (group >= params.partials) return;
  const uint whole_quads = params.elements / 4;
  const uint end = min((group + 1) * QUADS_OF_GROUP, whole_quads);
  vec4 squares = vec4(0.0);
  for (uint quad = group * QUADS_OF_GROUP + gl_LocalInvocationIndex; quad < end; quad += LOCAL_SIZE) {
    const vec4 value = X_LOAD4(x4[quad]);
    squares = fma(value, value, squares);
  }
  float sum = (squares.x + squares.y) + (squares.z + squares.w);
  const uint left = whole_quads * 4 + gl_LocalInvocationIndex;  // LOCAL_SIZE is four at least
  if (group == whole_quads / QUADS_OF_GROUP && left < params.elements) {
    const float value = X_LOAD(x[left]);
    sum = fma(value, value, sum);
  }
  sum = group_sum(sum);
  if (gl_LocalInvocationIndex == 0) partial[group] = sum;
}
