// SPDX-License-Identifier: Apache-2.0
//! op    rope   rotates pairs of columns of every head by the angles of the row's position      one workgroup per row
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 32 8 64
//! tune  HEAD_DIM 64
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "live.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 32;
layout(constant_id = 1) const uint HEAD_DIM = 64;

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 1, scalar) readonly buffer Positions { int positions[]; };
layout(binding = 2, scalar) readonly buffer Table { float table[]; };  // by position: cosines, then sines
layout(binding = 3, scalar) writeonly buffer Output { X_SCALAR y[]; };
layout(push_constant, scalar) uniform Block { RopeParams params; };

const uint HALF = HEAD_DIM / 2;

void main() {
  const uint row = flat_group();
  if (row >= min(params.rows, live_rows)) return;
  const uint angles = min(uint(max(positions[row], 0)), params.context - 1) * HEAD_DIM;
  for (uint pair = gl_LocalInvocationIndex; pair < params.cols / 2; pair += LOCAL_SIZE) {
    const uint within = pair % HALF;
    const uint head = row * params.cols + (pair - within) * 2;
    const uint first = head + (params.interleaved != 0 ? 2 * within : within);
    const uint second = params.interleaved != 0 ? first + 1 : first + HALF;
    const float cosine = table[angles + within], sine = table[angles + HALF + within];
    const float a = X_LOAD(x[first]), b = X_LOAD(x[second]);
    y[first] = X_STORE(a * cosine - b * sine);
    y[second] = X_STORE(b * cosine + a * sine);
  }
}
