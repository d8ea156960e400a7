// SPDX-License-Identifier: Apache-2.0
//! op    cross_entropy   y = log Σ exp(x) − x[label] of each row, 0 where the label is negative      one workgroup per row
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 4 8 16 128 256
//! tune  ONE_SUBGROUP 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "params.h"

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 1, scalar) readonly buffer Labels { int labels[]; };
layout(binding = 2, scalar) writeonly buffer Output { float y[]; };
layout(push_constant, scalar) uniform Block { CrossEntropyParams params; };

#include "log_sum.glsl"

void main() {
  const uint row = flat_group();
  if (row >= params.rows) return;
  const int label = labels[row];
  float loss = 0.0;
  if (label >= 0) {
    const uint start = row * params.cols;
    const vec2 sums = peak_and_total(start);
    loss = uint(label) < params.cols ? log(sums.y) + (sums.x - X_LOAD(x[start + uint(label)]))
                                     : uintBitsToFloat(NOT_A_NUMBER);
  }
  if (gl_LocalInvocationIndex == 0) y[row] = loss;
}
