// SPDX-License-Identifier: Apache-2.0
//! op    kv_store   writes rows, head by head, to their lanes and positions of a cache      one workgroup per row
//! axis  X f32 f16 bf16
//! axis  C f32 f16 bf16
//! tune  LOCAL_SIZE 32 8 64
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "live.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 32;

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 1, scalar) readonly buffer Positions { int positions[]; };
layout(binding = 2, scalar) readonly buffer Lanes { int lanes[]; };
layout(binding = 3, scalar) writeonly buffer Cache { C_SCALAR cache[]; };  // the lanes from first_lane on
layout(push_constant, scalar) uniform Block { KvStoreParams params; };

void main() {
  const uint row = flat_group();
  if (row >= min(params.rows, live_rows)) return;
  const uint lane = uint(lanes[row]) - params.first_lane;
  const uint position = uint(positions[row]);
  if (lane >= params.lanes || position >= params.context) return;
  const uint cols = params.heads * params.head_dim;
  for (uint col = gl_LocalInvocationIndex; col < cols; col += LOCAL_SIZE) {
    const uint head = lane * params.heads + col / params.head_dim;
    const uint to = (head * params.context + position) * params.head_dim + col % params.head_dim;
    cache[to] = C_STORE(X_LOAD(x[row * cols + col]));
  }
}
