// SPDX-License-Identifier: Apache-2.0
//! op    attention_query_gradient_octets   attention_query_gradient on a processor that loads octets
//! axis  X f32 f16 bf16
//! tune  HEAD_DIM 64
#version 460
#extension GL_GOOGLE_include_directive : require
#include "attention_gradient_octets.glsl"

layout(binding = 0, scalar) readonly restrict buffer Query { X_SCALAR query[]; };
layout(binding = 1, scalar) readonly restrict buffer Keys { X_SCALAR keys[]; };
layout(binding = 2, scalar) readonly restrict buffer Values { X_SCALAR values[]; };
layout(binding = 3, scalar) readonly restrict buffer Result { X_SCALAR result[]; };
layout(binding = 4, scalar) readonly restrict buffer Upstream { X_SCALAR upstream[]; };
layout(binding = 5, scalar) readonly restrict buffer LogSums { float log_sums[]; };
layout(binding = 6, scalar) writeonly restrict buffer QueryGradient { X_SCALAR query_gradient[]; };
layout(binding = 7, scalar) writeonly restrict buffer Products { float products[]; };  // Σ dy · y
layout(push_constant, scalar) uniform Block {
  AttentionParams params;
  uint64_t query_address;
  uint64_t keys_address;
  uint64_t values_address;
  uint64_t result_address;
  uint64_t upstream_address;
};

Walk keys_of(uint row, uint head) {
  const uint kv_head = head * params.kv_heads / params.heads;
  const uint begin = row - row % params.sequence_rows;
  Walk walk;
  walk.first = keys_address + bytes_of_row(begin, params.kv_heads, kv_head);
  walk.second = values_address + bytes_of_row(begin, params.kv_heads, kv_head);
  walk.pitch = params.kv_heads * HEAD_DIM * X_BYTES;
  walk.count = params.causal != 0 ? row - begin + 1 : min(params.sequence_rows, params.rows - begin);
  return walk;
}

void compute_row(uint row, uint head) {
  const uint64_t offset = bytes_of_row(row, params.heads, head);
  float gradient[OCTETS];
  float product = 0.0;
  [[unroll]] for (uint d = 0; d < OCTETS; ++d) {
    first_own[d] = X_OCTET(query_address + offset + d * 8 * X_BYTES);
    second_own[d] = X_OCTET(upstream_address + offset + d * 8 * X_BYTES);
    product = fma(second_own[d], X_OCTET(result_address + offset + d * 8 * X_BYTES), product);
    gradient[d] = 0.0;
  }
  product = sum_of_lanes(product);
  const float log_sum = log_sums[row * params.heads + head];
  products[row * params.heads + head] = product;
  const Walk walk = keys_of(row, head);
  uint start = 0;
  do {
    float score, slope;
    products_with(walk, start, score, slope);
    const float share = exp(score * params.scale - log_sum);
    const bool seen = start + gl_SubgroupInvocationID < walk.count;
    add_weighted(walk.first, walk, start, seen ? (slope - product) * share : 0.0, gradient);
    start += WALKED;
  } while (start < walk.count);
  const uint first = (row * params.heads + head) * HEAD_DIM + gl_SubgroupInvocationID;
  [[unroll]] for (uint d = 0; d < OCTETS; ++d) query_gradient[first + d * 8] = X_STORE(params.scale * gradient[d]);
}

void main() {
  const uint blocks = (params.rows + BLOCK - 1) / BLOCK;
  const uint head = flat_group() / blocks;
  uint row = flat_group() % blocks * BLOCK;
  const uint end = min(row + BLOCK, params.rows);
  if (head >= params.heads) return;
  do {
    compute_row(row, head);
    ++row;
  } while (row < end);
}
