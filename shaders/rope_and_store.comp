// SPDX-License-Identifier: Apache-2.0
//! op    rope_and_store   rotates the q and k columns of rows, and stores k and v in a cache      one workgroup per row
//! axis  X f32 f16 bf16
//! axis  C f32 f16 bf16
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

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR qkv[]; };
layout(binding = 1, scalar) readonly buffer Positions { int positions[]; };
layout(binding = 2, scalar) readonly buffer Lanes { int lanes[]; };
layout(binding = 3, scalar) readonly buffer Table { float table[]; };  // by position: cosines, then sines
layout(binding = 4, scalar) writeonly buffer Query { X_SCALAR q[]; };
layout(binding = 5, scalar) writeonly buffer Keys { C_SCALAR keys[]; };  // the lanes from first_lane on
layout(binding = 6, scalar) writeonly buffer Values { C_SCALAR values[]; };
layout(push_constant, scalar) uniform Block { RopeAndStoreParams params; };

// Where column `col` of k or v goes.
uint place_of(uint lane, uint position, uint col) {
  const uint head = lane * (params.kv_cols / HEAD_DIM) + col / HEAD_DIM;
  return (head * params.context + position) * HEAD_DIM + col % HEAD_DIM;
}

vec2 rotated(Pair pair, uint from, uint angles) {
  return rotate(vec2(X_LOAD(qkv[from + pair.first]), X_LOAD(qkv[from + pair.second])), table[angles + pair.angle],
                table[angles + HEAD_DIM / 2 + pair.angle]);
}

void main() {
  const uint row = flat_group();
  if (row >= min(params.rows, live_rows)) return;
  const uint angles = min(uint(max(positions[row], 0)), params.table_rows - 1) * HEAD_DIM;
  const uint from = row * (params.q_cols + 2 * params.kv_cols);
  if (params.store_q != 0) {
    for (uint index = gl_LocalInvocationIndex; index < params.q_cols / 2; index += LOCAL_SIZE) {
      const Pair pair = pair_of(index, HEAD_DIM, params.interleaved != 0);
      const vec2 value = rotated(pair, from, angles);
      q[row * params.q_cols + pair.first] = X_STORE(value.x);
      q[row * params.q_cols + pair.second] = X_STORE(value.y);
    }
  }
  const uint lane = uint(lanes[row]) - params.first_lane;
  const uint position = uint(positions[row]);
  if (lane >= params.lanes || position >= params.context) return;
  const uint from_k = from + params.q_cols;
  const uint from_v = from_k + params.kv_cols;
  for (uint index = gl_LocalInvocationIndex; index < params.kv_cols / 2; index += LOCAL_SIZE) {
    const Pair pair = pair_of(index, HEAD_DIM, params.interleaved != 0);
    const vec2 value = rotated(pair, from_k, angles);
    keys[place_of(lane, position, pair.first)] = C_STORE(value.x);
    keys[place_of(lane, position, pair.second)] = C_STORE(value.y);
  }
  for (uint col = gl_LocalInvocationIndex; col < params.kv_cols; col += LOCAL_SIZE) {
    values[place_of(lane, position, col)] = C_STORE(X_LOAD(qkv[from_v + col]));
  }
}
