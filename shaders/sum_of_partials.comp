// SPDX-License-Identifier: Apache-2.0
//! op    sum_of_partials   y = Σ x, or its square root      one workgroup
//! tune  LOCAL_SIZE 64 4 8 16 128 256
//! tune  ONE_SUBGROUP 0 1
//! tune  ROOT 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "params.h"
#include "reduce.glsl"

layout(constant_id = 2) const uint ROOT = 0;

layout(binding = 0, scalar) readonly buffer Input { float x[]; };
layout(binding = 1, scalar) writeonly buffer Output { float y; };
layout(push_constant, scalar) uniform Block { FlatParams params; };

void main() {
  float sum = 0.0;
  for (uint index = gl_LocalInvocationIndex; index < params.elements; index += LOCAL_SIZE) sum += x[index];
  sum = group_sum(sum);
  if (gl_LocalInvocationIndex == 0) y = ROOT != 0 ? sqrt(sum) : sum;
}
