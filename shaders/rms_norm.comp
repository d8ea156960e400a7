// SPDX-License-Identifier: Apache-2.0
//! op    rms_norm   y = x · rsqrt(mean(x²) + eps) · weight      one workgroup per row
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 8 128 256
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "params.h"
#include "reduce.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;
layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 1, scalar) readonly buffer Weight { float weight[]; };
layout(binding = 2, scalar) writeonly buffer Output { X_SCALAR y[]; };
layout(push_constant, scalar) uniform Block { RmsNormParams params; };

void main() {
  const uint row = flat_group();
  if (row >= params.rows) return;
  const uint start = row * params.cols;
  float squares = 0.0;
  for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) {
    const float value = X_LOAD(x[start + col]);
    squares = fma(value, value, squares);
  }
  const float scale = inversesqrt(group_sum(squares) / float(params.cols) + params.eps);
  for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) {
    y[start + col] = X_STORE(X_LOAD(x[start + col]) * scale * weight[col]);
  }
}
