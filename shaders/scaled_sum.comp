// SPDX-License-Identifier: Apache-2.0
//! op    scaled_sum   y = scale · Σ x of f32 values      one workgroup
//! tune  LOCAL_SIZE 64 4 8 16 128 256
//! tune  ONE_SUBGROUP 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "params.h"
#include "reduce.glsl"

layout(binding = 0, scalar) readonly buffer Input { float x[]; };
layout(binding = 1, scalar) readonly buffer Scale { float scale; };
layout(binding = 2, scalar) writeonly buffer Output { float y; };
layout(push_constant, scalar) uniform Block { FlatParams params; };

void main() {
  float sum = 0.0;
  for (uint index = gl_LocalInvocationIndex; index < params.elements; index += LOCAL_SIZE) sum += x[index];
  sum = group_sum(sum);
  if (gl_LocalInvocationIndex == 0) y = scale * sum;
}
