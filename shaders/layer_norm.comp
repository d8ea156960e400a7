// SPDX-License-Identifier: Apache-2.0
//! op    layer_norm   y = (x − mean) / sqrt(var + eps) · weight + bias      one workgroup per row
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 4 8 16 128 256
//! tune  ONE_SUBGROUP 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "live.glsl"
#include "params.h"
#include "reduce.glsl"

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 1, scalar) readonly buffer Weight { float weight[]; };
layout(binding = 2, scalar) readonly buffer Bias { float bias[]; };
layout(binding = 3, scalar) writeonly buffer Output { X_SCALAR y[]; };
layout(push_constant, scalar) uniform Block { NormParams params; };

void main() {
  const uint row = flat_group();
  if (row >= live_count(params.first_row, params.rows)) return;
  const uint start = row * params.cols;
  float sum = 0.0;
  for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) sum += X_LOAD(x[start + col]);
  const float mean = group_sum(sum) / float(params.cols);
  // Squares of the centred values: the difference of two large sums would lose the variance.
  float squares = 0.0;
  for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) {
    const float centred = X_LOAD(x[start + col]) - mean;
    squares = fma(centred, centred, squares);
  }
  const float scale = inversesqrt(group_sum(squares) / float(params.cols) + params.eps);
  for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) {
    y[start + col] = X_STORE(fma((X_LOAD(x[start + col]) - mean) * scale, weight[col], bias[col]));
  }
}
