// SPDX-License-Identifier: Apache-2.0
//! op    attention_key_gradient   dk = scale · Σ ds · q and dv = Σ softmax · dy over the queries that see a key, of all heads that share it
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
layout(binding = 3, scalar) readonly buffer LogSums { float log_sums[]; };
layout(binding = 4, scalar) readonly buffer Upstream { X_VEC4 upstream[]; };
layout(binding = 5, scalar) readonly buffer Products { float products[]; };  // Σ dy · y, of attention_query_gradient
layout(binding = 6, scalar) writeonly buffer KeyGradient { X_VEC4 key_gradient[]; };
layout(binding = 7, scalar) writeonly buffer ValueGradient { X_VEC4 value_gradient[]; };

vec4 row_key[ROWS][SLICE];
vec4 row_value[ROWS][SLICE];
vec4 row_key_gradient[ROWS][SLICE];
vec4 row_value_gradient[ROWS][SLICE];

// A query with its head, at a group of four columns; it sees key r if that is below visible and not before `first`.
void take_query(uint row_and_head, uint part, uint first, uint visible, uint mine) {
  const uint address = row_and_head * QUADS + part;
  vec4 score[ROWS], slope[ROWS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    score[r] = vec4(0.0);
    slope[r] = vec4(0.0);
  }
  [[unroll]] for (uint d = 0; d < SLICE; ++d) {
    const vec4 q = X_LOAD4(query[address + d * PARTS]);
    const vec4 dy = X_LOAD4(upstream[address + d * PARTS]);
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      score[r] = fma(row_key[r][d], q, score[r]);
      slope[r] = fma(row_value[r][d], dy, slope[r]);
    }
  }
  const float log_sum = log_sums[row_and_head];
  const float product = products[row_and_head];
  float share[ROWS], weight[ROWS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    const bool seen = mine + r >= first && mine + r < visible;
    share[r] = exp(sum_of_columns(score[r]) * params.scale - log_sum);
    if (!seen) share[r] = 0.0;
    weight[r] = (sum_of_columns(slope[r]) - product) * share[r];
  }
  [[unroll]] for (uint d = 0; d < SLICE; ++d) {
    const vec4 q = X_LOAD4(query[address + d * PARTS]);
    const vec4 dy = X_LOAD4(upstream[address + d * PARTS]);
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      row_key_gradient[r][d] = fma(vec4(weight[r]), q, row_key_gradient[r][d]);
      row_value_gradient[r][d] = fma(vec4(share[r]), dy, row_value_gradient[r][d]);
    }
  }
}

void main() {
  const Place at = place();
  if (at.head >= params.kv_heads) return;
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    const uint start = (min(at.mine + r, params.rows - 1) * params.kv_heads + at.head) * QUADS + at.part;
    [[unroll]] for (uint d = 0; d < SLICE; ++d) {
      row_key[r][d] = X_LOAD4(keys[start + d * PARTS]);
      row_value[r][d] = X_LOAD4(values[start + d * PARTS]);
      row_key_gradient[r][d] = vec4(0.0);
      row_value_gradient[r][d] = vec4(0.0);
    }
  }
  const uint group_heads = params.heads / params.kv_heads;
  // Neighbouring keys of one sequence are seen by the same queries.
  for (uint run = at.begin; run < at.end;) {
    const uint rows_end = sequence_end(run);
    const uint run_end = min(rows_end, at.end);
    const uint rows_begin = params.causal != 0 ? run : sequence_begin(run);
    for (uint head = at.head * group_heads; head < (at.head + 1) * group_heads; ++head) {
      for (uint row = rows_begin + at.split; row < rows_end; row += SPLITS) {
        const uint visible = params.causal != 0 ? min(row + 1, run_end) : run_end;
        take_query(row * params.heads + head, at.part, run, visible, at.mine);
      }
    }
    run = run_end;
  }
  STORE_ROWS(key_gradient, row_key_gradient, params.kv_heads, params.scale)
  STORE_ROWS(value_gradient, row_value_gradient, params.kv_heads, 1.0)
}
