// SPDX-License-Identifier: Apache-2.0
//! op    linear_tile   y = activation(x · weightᵀ + bias) + residual, 64 × 64 results a workgroup through shared memory
//! axis  X f32 f16 bf16
//! axis  W f32 f16 bf16 q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq4_nl iq4_xs
//! tune  RAGGED 0 1
//! tune  ACTIVATION 0 1 2
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint RAGGED = 0;
layout(constant_id = 1) const uint ACTIVATION = 0;

#include "linear.glsl"

const uint TILE = 64;
const uint DEPTH = 32;
// One quad of padding spreads the rows over the banks.
shared vec4 x_tile[DEPTH][TILE / 4 + 1];
shared vec4 weight_tile[DEPTH][TILE / 4 + 1];

// An invocation's share of the next tiles: eight values of one row each, on their way to shared memory.
vec4 x_low, x_high, weight_low, weight_high;

void fetch(uint row, uint column, uint group, uint octet) {
  const uint k = group * DEPTH + octet * 8;
  x_low = input_quad(row, k);
  x_high = input_quad(row, k + 4);
  weight_octet(weight_group(column, group, params.in_dim), octet, weight_low, weight_high);
}

void place(uint line, uint octet) {
  [[unroll]] for (uint i = 0; i < 4; ++i) {
    x_tile[octet * 8 + i][line / 4][line % 4] = x_low[i];
    x_tile[octet * 8 + 4 + i][line / 4][line % 4] = x_high[i];
    weight_tile[octet * 8 + i][line / 4][line % 4] = weight_low[i];
    weight_tile[octet * 8 + 4 + i][line / 4][line % 4] = weight_high[i];
  }
}

void multiply(uint quad_of_rows, uint quad_of_columns, inout vec4 sums[4]) {
  [[dont_unroll]] for (uint first = 0; first < DEPTH; first += 4) {
    [[unroll]] for (uint i = 0; i < 4; ++i) {
      const vec4 x_quad = x_tile[first + i][quad_of_rows];
      const vec4 weight_quad = weight_tile[first + i][quad_of_columns];
      [[unroll]] for (uint r = 0; r < 4; ++r) sums[r] = fma(vec4(x_quad[r]), weight_quad, sums[r]);
    }
  }
}

void main() {
  const uint rows = min(params.tokens, live_rows);
  const uint row_tiles = (params.tokens + TILE - 1) / TILE;
  const uint first_row = flat_group() % row_tiles * TILE;
  const uint first_column = flat_group() / row_tiles * TILE;
  if (first_row >= rows || first_column >= params.columns) return;

  const uint line = gl_LocalInvocationID.x % TILE;
  const uint octet = gl_LocalInvocationID.x / TILE;
  const uint row = min(first_row + line, rows - 1);
  const uint column = min(first_column + line, params.columns - 1);

  // While a group is multiplied, the loads of the next one are under way.
  vec4 sums[4] = vec4[](vec4(0.0), vec4(0.0), vec4(0.0), vec4(0.0));
  for (uint group = 0; group <= num_groups(); ++group) {
    if (group < num_groups()) fetch(row, column, group, octet);
    if (group > 0) multiply(gl_LocalInvocationID.x / 16, gl_LocalInvocationID.x % 16, sums);
    barrier();
    place(line, octet);
    barrier();
  }
  [[unroll]] for (uint r = 0; r < 4; ++r) {
    [[unroll]] for (uint c = 0; c < 4; ++c) {
      const uint my_row = first_row + gl_LocalInvocationID.x / 16 * 4 + r;
      const uint my_column = first_column + gl_LocalInvocationID.x % 16 * 4 + c;
      if (my_row < rows && my_column < params.columns) store_result(my_row, my_column, sums[r][c]);
    }
  }
}
