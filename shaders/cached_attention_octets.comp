// SPDX-License-Identifier: Apache-2.0
//! op    cached_attention_octets   cached_attention for few rows on a processor
//! axis  X f32 f16 bf16
//! axis  C f32 f16 bf16
//! tune  HEAD_DIM 64
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "types.glsl"
#include "groups.glsl"
#include "live.glsl"
#include "octets.glsl"
#include "params.h"

layout(local_size_x = 8) in;
layout(constant_id = 0) const uint HEAD_DIM = 64;  // a multiple of 8
const uint OCTETS = HEAD_DIM / 8;
const uint KEYS = 8;  // a lane for each
const float LOWEST = -1.0e30;

layout(binding = 0, scalar) readonly restrict buffer Query { uint query_words[]; };
layout(binding = 1, scalar) readonly restrict buffer Keys { uint key_words[]; };
layout(binding = 2, scalar) readonly restrict buffer Values { uint value_words[]; };
layout(binding = 3, scalar) readonly restrict buffer Positions { int positions[]; };
layout(binding = 4, scalar) readonly restrict buffer Lanes { int lanes[]; };
layout(binding = 5, scalar) writeonly restrict buffer Result { X_SCALAR result[]; };
layout(push_constant, scalar) uniform Block {
  CachedAttentionParams params;
  uint64_t query_address;
  uint64_t keys_address;
  uint64_t values_address;
};

float largest_of_lanes(float value) {
  const float first = max(subgroupBroadcast(value, 0), subgroupBroadcast(value, 1));
  const float second = max(subgroupBroadcast(value, 2), subgroupBroadcast(value, 3));
  const float third = max(subgroupBroadcast(value, 4), subgroupBroadcast(value, 5));
  const float fourth = max(subgroupBroadcast(value, 6), subgroupBroadcast(value, 7));
  return max(max(first, second), max(third, fourth));
}

// One head of one row: lane i holds columns i, i + 8, i + 16 … of it, and the score of key start + i.
void main() {
  const uint head = flat_group() % params.heads;
  const uint row = flat_group() / params.heads;
  if (row >= min(params.rows, live_rows)) return;
  // Rows of lanes that another launch holds are left alone.
  const uint lane = uint(lanes[row]) - params.first_lane;
  if (lane >= params.lanes) return;
  const uint count = min(uint(max(positions[row], 0)) + 1, params.context);

  const uint64_t pitch = uint64_t(HEAD_DIM) * C_BYTES;
  const uint64_t first =
      uint64_t(lane * params.kv_heads + head * params.kv_heads / params.heads) * params.context * pitch;
  const uint start_of_row = (row * params.heads + head) * HEAD_DIM;
  float query[OCTETS];
  float sum[OCTETS];
  [[unroll]] for (uint d = 0; d < OCTETS; ++d) {
    query[d] = X_OCTET(query_address + uint64_t(start_of_row + d * 8) * X_BYTES);
    sum[d] = 0.0;
  }
  float peak = LOWEST;
  float total = 0.0;  // each lane's own

  // do: a processor goes once more through a loop that ends at its head, with no lane left.
  uint start = 0;
  do {
    float score = LOWEST;
    [[unroll]] for (uint k = 0; k < KEYS; ++k) {
      const uint64_t key = keys_address + first + min(start + k, count - 1) * pitch;
      float products = 0.0;
      [[unroll]] for (uint d = 0; d < OCTETS; ++d) products = fma(query[d], C_OCTET(key + d * 8 * C_BYTES), products);
      const float whole = sum_of_lanes(products) * params.scale;
      score = gl_SubgroupInvocationID == k ? whole : score;
    }
    const bool visible = start + gl_SubgroupInvocationID < count;
    const float highest = max(peak, largest_of_lanes(visible ? score : LOWEST));
    const float shrink = exp(peak - highest);
    const float weight = visible ? exp(score - highest) : 0.0;
    peak = highest;
    total = fma(total, shrink, weight);
    [[unroll]] for (uint d = 0; d < OCTETS; ++d) sum[d] *= shrink;
    [[unroll]] for (uint k = 0; k < KEYS; ++k) {
      const uint64_t value = values_address + first + min(start + k, count - 1) * pitch;
      const float share = subgroupBroadcast(weight, k);
      [[unroll]] for (uint d = 0; d < OCTETS; ++d) sum[d] = fma(share, C_OCTET(value + d * 8 * C_BYTES), sum[d]);
    }
    start += KEYS;
  } while (start < count);

  const float all = sum_of_lanes(total);
  [[unroll]] for (uint d = 0; d < OCTETS; ++d)
    result[start_of_row + d * 8 + gl_SubgroupInvocationID] = X_STORE(sum[d] / all);
}
