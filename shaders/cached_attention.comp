// SPDX-License-Identifier: Apache-2.0
//! op    cached_attention   softmax(q · kᵀ · scale) · v over the keys 0 … positions[row] of the row's lane of a cache
//! axis  X f32 f16 bf16
//! axis  C f32 f16 bf16
//! tune  LOCAL_SIZE 8
//! tune  HEAD_DIM 64
//! tune  ROWS 1
//! tune  KEYS 1
//! tune  PARTS 1
//! tune  SPLITS 1
//! tune  SPREAD 0
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "live.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 8;
layout(constant_id = 1) const uint HEAD_DIM = 64;
layout(constant_id = 2) const uint ROWS = 1;
layout(constant_id = 3) const uint KEYS = 1;
layout(constant_id = 4) const uint PARTS = 1;
layout(constant_id = 5) const uint SPLITS = 1;
layout(constant_id = 6) const uint SPREAD = 0;

layout(binding = 0, scalar) readonly buffer Query { X_VEC4 query[]; };
layout(binding = 1, scalar) readonly buffer Keys { C_VEC4 keys[]; };
layout(binding = 2, scalar) readonly buffer Values { C_VEC4 values[]; };
layout(binding = 3, scalar) readonly buffer Positions { int positions[]; };
layout(binding = 4, scalar) readonly buffer Lanes { int lanes[]; };
layout(binding = 5, scalar) writeonly buffer Result { X_VEC4 result[]; };
layout(push_constant, scalar) uniform Block { CachedAttentionParams params; };

#define KEY_LOAD4 C_LOAD4

#define KEY_QUADS (HEAD_DIM / 4)  // a head's keys lie together

// keys[] holds the lanes first_lane … first_lane + lanes − 1; rows of other lanes are left alone.
uint first_key(uint row) {
  return (uint(lanes[row]) - params.first_lane) * params.kv_heads * params.context;
}

uint key_column(uint kv_head) {
  return kv_head * params.context * KEY_QUADS;
}

uint num_keys(uint row) {
  const bool here = uint(lanes[row]) - params.first_lane < params.lanes;
  return here ? min(uint(max(positions[row], 0)) + 1, params.context) : 0;
}

void store_log_sum(uint row, uint head, float log_sum) {}

#include "attention.glsl"

void main() {
  attend();
}
