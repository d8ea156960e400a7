// SPDX-License-Identifier: Apache-2.0
//! op    norm_statistics   mean (0 unless CENTRED) and 1 / √(variance + eps) of rows      one workgroup per row
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
layout(binding = 1, scalar) writeonly buffer Statistics { vec2 statistics[]; };
layout(push_constant, scalar) uniform Block { NormParams params; };

void main() {
  const uint row = flat_group();
  if (row >= params.rows) return;
  const uint start = row * params.cols;
  float mean = 0.0;
  if (CENTRED != 0u) {
    float sum = 0.0;
    for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) sum += X_LOAD(x[start + col]);
    mean = group_sum(sum) / float(params.cols);
  }
  float squares = 0.0;
  for (uint col = gl_LocalInvocationIndex; col < params.cols; col += LOCAL_SIZE) {
    const float centred = X_LOAD(x[start + col]) - mean;
    squares = fma(centred, centred, squares);
  }
  const float scale = inversesqrt(group_sum(squares) / float(params.cols) + params.eps);
  if (gl_LocalInvocationIndex == 0u) statistics[row] = vec2(mean, scale);
}
