// SPDX-License-Identifier: Apache-2.0
//! op    dequantize   y = the values of a weight as f32; one invocation for 32 of them
//! axis  W f32 f16 bf16 q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq4_nl iq4_xs
//! tune  LOCAL_SIZE 64 8 32
//! tune  RAGGED 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;
layout(constant_id = 1) const uint RAGGED = 0;

#define WEIGHT_BINDING 0
#include "quant.glsl"

layout(binding = 1, scalar) writeonly restrict buffer Output { float y[]; };
layout(push_constant, scalar) uniform Block { DequantizeParams params; };

void main() {
  const uint groups = (params.cols + 31) / 32;
  const uint row = flat_invocation(LOCAL_SIZE) / groups;
  const uint group = flat_invocation(LOCAL_SIZE) % groups;
  if (row >= params.rows) return;
  const WeightGroup weights = weight_group(row, group, params.cols);
  for (uint octet = 0; octet < 4; ++octet) {
    vec4 low, high;
    weight_octet(weights, octet, low, high);
    const uint col = group * 32 + octet * 8;
    for (uint i = 0; i < 4; ++i) {
      if (col + i < params.cols) y[row * params.cols + col + i] = low[i];
      if (col + 4 + i < params.cols) y[row * params.cols + col + 4 + i] = high[i];
    }
  }
}
