// SPDX-License-Identifier: Apache-2.0
//! op    norm_gradient   dx of rms_norm, and of layer_norm where CENTRED      one workgroup per row
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 4 8 16 128 256
//! tune  ONE_SUBGROUP 0 1
//! tune  CENTRED 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "params.h"
#include "reduce.glsl"

layout(constant_id = 2) const uint CENTRED = 0;

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 1, scalar) readonly buffer Weight { float weight[]; };
layout(binding = 2, scalar) readonly buffer Upstream { X_SCALAR dy[]; };
layout(binding = 3, scalar) writeonly buffer Output { X_SCALAR dx[]; };
layout(push_constant, scalar) uniform Block { NormParams params; };

// With n = (x − mean) · scale and g = dy · weight:   dx = scale · (g − mean(g) − n · mean(g · n)); rms_norm has no means.
void main() {
  const uint row = flat_group();
  if (row >= params.rows) return;
  const uint start = row * params.cols;
  const float share = 1.0 / float(params.cols);
  float mean = 0.0, mean_g = 0.0;
  if (CENTRED != 0u) {
    vec2 sums = vec2(0.0);
    for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) {
      sums += vec2(X_LOAD(x[start + col]), X_LOAD(dy[start + col]) * weight[col]);
    }
    sums = group_sum(sums) * share;
    mean = sums.x;
    mean_g = sums.y;
  }
  vec2 products = vec2(0.0);
  for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) {
    const float centred = X_LOAD(x[start + col]) - mean;
    const float g = X_LOAD(dy[start + col]) * weight[col] - mean_g;
    products = fma(vec2(centred), vec2(centred, g), products);
  }
  products = group_sum(products) * share;
  const float scale = inversesqrt(products.x + params.eps);
  const float along = products.y * scale * scale;
  for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) {
    const float centred = X_LOAD(x[start + col]) - mean;
    const float g = X_LOAD(dy[start + col]) * weight[col] - mean_g;
    dx[start + col] = X_STORE(scale * fma(-centred, along, g));
  }
}
