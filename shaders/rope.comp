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
#include "rotation.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 32;
layout(constant_id = 1) const uint HEAD_DIM = 64;

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 1, scalar) readonly buffer Positions { int positions[]; };
layout(binding = 2, scalar) readonly buffer Table { float table[]; };  // by position: cosines, then sines
layout(binding = 3, scalar) writeonly buffer Output { X_SCALAR y[]; };
layout(push_constant, scalar) uniform Block { RopeParams params; };

void main() {
  const uint row = flat_group();
  if (row >= min(params.rows, live_rows)) return;
  const uint angles = min(uint(max(positions[row], 0)), params.context - 1) * HEAD_DIM;
  const uint start = row * params.cols;
  for (uint index = gl_LocalInvocationIndex; index < params.cols / 2; index += LOCAL_SIZE) {
    const Pair pair = pair_of(index, HEAD_DIM, params.interleaved != 0);
    const uint first = start + pair.first, second = start + pair.second;
    const vec2 value = rotate(vec2(X_LOAD(x[first]), X_LOAD(x[second])), table[angles + pair.angle],
                              params.direction * table[angles + HEAD_DIM / 2 + pair.angle]);
    y[first] = X_STORE(value.x);
    y[second] = X_STORE(value.y);
  }
}
