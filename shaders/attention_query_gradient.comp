// SPDX-License-Identifier: Apache-2.0
//! op    attention_query_gradient   dq = scale · Σ ds · k with ds = softmax · (dy · v − Σ dy · y), and Σ dy · y of each row and head
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 8
//! tune  HEAD_DIM 64
//! tune  ROWS 1
//! tune  PARTS 1
//! tune  SPLITS 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "attention_gradient.glsl"

layout(binding = 0, scalar) readonly buffer Query { X_VEC4 query[]; };
layout(binding = 1, scalar) readonly buffer Keys { X_VEC4 keys[]; };
layout(binding = 2, scalar) readonly buffer Values { X_VEC4 values[]; };
layout(binding = 3, scalar) readonly buffer Result { X_VEC4 result[]; };
layout(binding = 4, scalar) readonly buffer LogSums { float log_sums[]; };
layout(binding = 5, scalar) readonly buffer Upstream { X_VEC4 upstream[]; };
layout(binding = 6, scalar) writeonly buffer QueryGradient { X_VEC4 query_gradient[]; };
layout(binding = 7, scalar) writeonly buffer Products { float products[]; };  // Σ dy · y

vec4 row_query[ROWS][SLICE];
vec4 row_upstream[ROWS][SLICE];
vec4 row_gradient[ROWS][SLICE];
float row_log_sum[ROWS];
float row_product[ROWS];

// A key at a group of four columns; row r sees it if it is below visible[r].
void take_key(uint key, uint address, uint visible[ROWS]) {
  vec4 score[ROWS], slope[ROWS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    score[r] = vec4(0.0);
    slope[r] = vec4(0.0);
  }
  [[unroll]] for (uint d = 0; d < SLICE; ++d) {
    const vec4 k = X_LOAD4(keys[address + d * PARTS]);
    const vec4 v = X_LOAD4(values[address + d * PARTS]);
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      score[r] = fma(row_query[r][d], k, score[r]);
      slope[r] = fma(row_upstream[r][d], v, slope[r]);
    }
  }
  float weight[ROWS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    const float share = exp(sum_of_columns(score[r]) * params.scale - row_log_sum[r]);
    weight[r] = (sum_of_columns(slope[r]) - row_product[r]) * share;
    if (key >= visible[r]) weight[r] = 0.0;
  }
  [[unroll]] for (uint d = 0; d < SLICE; ++d) {
    const vec4 k = X_LOAD4(keys[address + d * PARTS]);
    [[unroll]] for (uint r = 0; r < ROWS; ++r) row_gradient[r][d] = fma(vec4(weight[r]), k, row_gradient[r][d]);
  }
}

void load_rows(Place at) {
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    const uint row_and_head = min(at.mine + r, params.rows - 1) * params.heads + at.head;
    const uint start = row_and_head * QUADS + at.part;
    vec4 product = vec4(0.0);
    [[unroll]] for (uint d = 0; d < SLICE; ++d) {
      row_query[r][d] = X_LOAD4(query[start + d * PARTS]);
      row_upstream[r][d] = X_LOAD4(upstream[start + d * PARTS]);
      row_gradient[r][d] = vec4(0.0);
      product = fma(row_upstream[r][d], X_LOAD4(result[start + d * PARTS]), product);
    }
    row_log_sum[r] = log_sums[row_and_head];
    row_product[r] = sum_of_columns(product);
    if (at.mine + r < at.end && at.part == 0 && at.split == 0) products[row_and_head] = row_product[r];
  }
}

void main() {
  const Place at = place();
  if (at.head >= params.heads) return;
  load_rows(at);
  const uint pitch = params.kv_heads * QUADS;
  const uint column = at.head * params.kv_heads / params.heads * QUADS + at.part;
  // Neighbouring rows of one sequence read its keys together.
  for (uint run = at.begin; run < at.end;) {
    const uint run_end = min(sequence_end(run), at.end);
    const uint keys_end = params.causal != 0 ? run_end : sequence_end(run);
    uint visible[ROWS];
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      const uint row = at.mine + r;
      visible[r] = row < run || row >= run_end ? 0 : params.causal != 0 ? row + 1 : keys_end;
    }
    for (uint key = sequence_begin(run) + at.split; key < keys_end; key += SPLITS) {
      take_key(key, key * pitch + column, visible);
    }
    run = run_end;
  }
  STORE_ROWS(query_gradient, row_gradient, params.heads, params.scale)
}
