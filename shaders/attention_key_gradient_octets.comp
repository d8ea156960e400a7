// SPDX-License-Identifier: Apache-2.0
//! op    attention_key_gradient_octets   attention_key_gradient on a processor that loads octets
//! axis  X f32 f16 bf16
//! tune  HEAD_DIM 64
#version 460
#extension GL_GOOGLE_include_directive : require
#include "attention_gradient_octets.glsl"

layout(binding = 0, scalar) readonly restrict buffer Query { X_SCALAR query[]; };
layout(binding = 1, scalar) readonly restrict buffer Keys { X_SCALAR keys[]; };
layout(binding = 2, scalar) readonly restrict buffer Values { X_SCALAR values[]; };
layout(binding = 3, scalar) readonly restrict buffer Upstream { X_SCALAR upstream[]; };
layout(binding = 4, scalar) readonly restrict buffer LogSums { float log_sums[]; };
layout(binding = 5, scalar) readonly restrict buffer Products { float products[]; };  // Σ dy · y
layout(binding = 6, scalar) writeonly restrict buffer KeyGradient { X_SCALAR key_gradient[]; };
layout(binding = 7, scalar) writeonly restrict buffer ValueGradient { X_SCALAR value_gradient[]; };
layout(push_constant, scalar) uniform Block {
  AttentionParams params;
  uint64_t query_address;
  uint64_t keys_address;
  uint64_t values_address;
  uint64_t upstream_address;
};

float key_sums[OCTETS];
float value_sums[OCTETS];

// Adds what the queries of one head that see the owned row give to its sums.
void walk_queries(uint row, uint head) {
  const uint begin = row - row % params.sequence_rows;
  const uint first = params.causal != 0 ? row : begin;
  Walk walk;
  walk.first = query_address + bytes_of_row(first, params.heads, head);
  walk.second = upstream_address + bytes_of_row(first, params.heads, head);
  walk.pitch = params.heads * HEAD_DIM * X_BYTES;
  walk.count = min(begin + params.sequence_rows, params.rows) - first;
  uint start = 0;
  do {
    const uint mine = start + gl_SubgroupInvocationID;
    const uint row_and_head = (first + min(mine, walk.count - 1)) * params.heads + head;
    float score, slope;
    products_with(walk, start, score, slope);
    float share = exp(score * params.scale - log_sums[row_and_head]);
    if (mine >= walk.count) share = 0.0;
    add_weighted(walk.first, walk, start, (slope - products[row_and_head]) * share, key_sums);
    add_weighted(walk.second, walk, start, share, value_sums);
    start += WALKED;
  } while (start < walk.count);
}

void compute_row(uint row, uint kv_head) {
  const uint64_t offset = bytes_of_row(row, params.kv_heads, kv_head);
  [[unroll]] for (uint d = 0; d < OCTETS; ++d) {
    first_own[d] = X_OCTET(keys_address + offset + d * 8 * X_BYTES);
    second_own[d] = X_OCTET(values_address + offset + d * 8 * X_BYTES);
    key_sums[d] = 0.0;
    value_sums[d] = 0.0;
  }
  const uint group_heads = params.heads / params.kv_heads;
  uint head = kv_head * group_heads;
  const uint end = head + group_heads;
  do {
    walk_queries(row, head);
    ++head;
  } while (head < end);
  const uint first = (row * params.kv_heads + kv_head) * HEAD_DIM + gl_SubgroupInvocationID;
  [[unroll]] for (uint d = 0; d < OCTETS; ++d) {
    key_gradient[first + d * 8] = X_STORE(params.scale * key_sums[d]);
    value_gradient[first + d * 8] = X_STORE(value_sums[d]);
  }
}

void main() {
  const uint blocks = (params.rows + BLOCK - 1) / BLOCK;
  const uint kv_head = flat_group() / blocks;
  uint row = flat_group() % blocks * BLOCK;
  const uint end = min(row + BLOCK, params.rows);
  if (kv_head >= params.kv_heads) return;
  do {
    compute_row(row, kv_head);
    ++row;
  } while (row < end);
}
