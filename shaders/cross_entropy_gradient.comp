// SPDX-License-Identifier: Apache-2.0
//! op    cross_entropy_gradient   y = upstream · scale · (softmax(x) − onehot(label)), 0 where the label is negative      one workgroup per row
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
layout(binding = 2, scalar) readonly buffer Scale { float scale; };
layout(binding = 3, scalar) readonly buffer Upstream { float upstream; };
layout(binding = 4, scalar) writeonly buffer Output { X_SCALAR y[]; };  // may be the input's storage
layout(push_constant, scalar) uniform Block { CrossEntropyParams params; };

#include "log_sum.glsl"

void main() {
  const uint row = flat_group();
  if (row >= params.rows) return;
  const int label = labels[row];
  const uint start = row * params.cols;
  if (label < 0) {
    for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) y[start + col] = X_STORE(0.0);
    return;
  }
  const vec2 sums = peak_and_total(start);
  const float factor = uint(label) < params.cols ? scale * upstream : uintBitsToFloat(NOT_A_NUMBER);
  const float inverse = 1.0 / sums.y;
  for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) {
    const float share = exp(X_LOAD(x[start + col]) - sums.x) * inverse;
    y[start + col] = X_STORE(factor * (col == uint(label) ? share - 1.0 : share));
  }
}
