// SPDX-License-Identifier: Apache-2.0
//! op    linear_vector   y = activation(x · weightᵀ + bias) + residual for few rows: a subgroup reads rows of the weight together
//! axis  X f32 f16 bf16
//! axis  W f32 f16 bf16 q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq4_nl iq4_xs
//! tune  LOCAL_SIZE 64 32 128 256
//! tune  ROWS 1 2 4 8
//! tune  COLUMNS 2 1 4
//! tune  RAGGED 0 1
//! tune  ACTIVATION 0 1 2
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_arithmetic : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;
layout(constant_id = 1) const uint ROWS = 1;
layout(constant_id = 2) const uint COLUMNS = 2;
layout(constant_id = 3) const uint RAGGED = 0;
layout(constant_id = 4) const uint ACTIVATION = 0;

#include "linear.glsl"

void compute_tile(uint first_row, uint first_column, uint rows) {
  float sums[ROWS][COLUMNS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    [[unroll]] for (uint c = 0; c < COLUMNS; ++c) sums[r][c] = 0.0;
  }
  for (uint k = gl_SubgroupInvocationID * 8; k < num_groups() * 32; k += gl_SubgroupSize * 8) {
    vec4 low[COLUMNS], high[COLUMNS];
    [[unroll]] for (uint c = 0; c < COLUMNS; ++c) {
      const uint column = min(first_column + c, params.columns - 1);
      weight_octet(weight_group(column, k / 32, params.in_dim), k % 32 / 8, low[c], high[c]);
    }
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      const uint row = min(first_row + r, rows - 1);
      const vec4 x_low = input_quad(row, k);
      const vec4 x_high = input_quad(row, k + 4);
      [[unroll]] for (uint c = 0; c < COLUMNS; ++c) {
        sums[r][c] = add_products(high[c], x_high, add_products(low[c], x_low, sums[r][c]));
      }
    }
  }
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    [[unroll]] for (uint c = 0; c < COLUMNS; ++c) {
      const float sum = subgroupAdd(sums[r][c]);
      const bool exists = first_row + r < rows && first_column + c < params.columns;
      if (exists && gl_SubgroupInvocationID == (r * COLUMNS + c) % gl_SubgroupSize) {
        store_result(first_row + r, first_column + c, sum);
      }
    }
  }
}

// A row's sum is split over the lanes in the same way whatever ROWS and COLUMNS are.
void main() {
  const uint rows = min(params.tokens, live_rows);
  const uint row_tiles = (rows + ROWS - 1) / ROWS;
  const uint tiles = row_tiles * ((params.columns + COLUMNS - 1) / COLUMNS);
  const uint step = gl_NumWorkGroups.x * gl_NumWorkGroups.y * gl_NumSubgroups;
  for (uint tile = flat_group() * gl_NumSubgroups + gl_SubgroupID; tile < tiles; tile += step) {
    compute_tile(tile % row_tiles * ROWS, tile / row_tiles * COLUMNS, rows);
  }
}
