// SPDX-License-Identifier: Apache-2.0
//! op    attention   softmax(q · kᵀ · scale) · v within sequences of equal length, all keys or those up to the row
//! axis  X f32 f16 bf16
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
layout(binding = 1, scalar) readonly buffer Keys { X_VEC4 keys[]; };
layout(binding = 2, scalar) readonly buffer Values { X_VEC4 values[]; };
layout(binding = 3, scalar) writeonly buffer Result { X_VEC4 result[]; };
layout(binding = 4, scalar) writeonly buffer LogSums { float log_sums[]; };
layout(push_constant, scalar) uniform Block { AttentionParams params; };

#define KEY_LOAD4 X_LOAD4
#define KEY_QUADS (params.kv_heads * HEAD_DIM / 4)  // a row has those of all heads

uint key_column(uint kv_head) {
  return kv_head * HEAD_DIM / 4;
}

uint first_key(uint row) {
  return row - row % params.sequence_rows;
}

uint num_keys(uint row) {
  const uint first = first_key(row);
  const uint keys_of_sequence = min(first + params.sequence_rows, min(params.rows, live_rows)) - first;
  return params.causal != 0 ? row - first + 1 : keys_of_sequence;
}

void store_log_sum(uint row, uint head, float log_sum) {
  log_sums[row * params.heads + head] = log_sum;
}

#include "attention.glsl"

void main() {
  attend();
}
