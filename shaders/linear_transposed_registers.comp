// SPDX-License-Identifier: Apache-2.0
//! op    linear_transposed_registers   y = dy · weight in registers only
//! axis  X f32 f16 bf16
//! axis  W f32 f16 bf16 q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq4_nl iq4_xs
//! tune  LOCAL_SIZE 8 16 32 64
//! tune  ROWS 16 8 4 2 1
//! tune  RAGGED 0 1
//! tune  RAGGED_OUT 0 1
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 8;
layout(constant_id = 1) const uint ROWS = 16;  // of dy, of one invocation
layout(constant_id = 2) const uint RAGGED = 0;
layout(constant_id = 3) const uint RAGGED_OUT = 0;

#include "linear_transposed.glsl"

// For processors and small devices, as linear_registers: lanes own neighbouring octets of the weight's columns, so dy
// has the same address in all of them.
const uint DEPTH = 8;  // rows of the weight in a step

void main() {
  const uint rows = min(params.tokens, live_rows);
  const uint row_tiles = (params.tokens + ROWS - 1) / ROWS;
  const uint first_row = flat_group() % row_tiles * ROWS;
  const uint octet = flat_group() / row_tiles * LOCAL_SIZE + gl_LocalInvocationID.x;
  const uint k = octet * 8;
  if (first_row >= rows || k >= params.in_dim) return;

  uint row[ROWS];
  float sums[ROWS][8];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    row[r] = min(first_row + r, rows - 1);
    [[unroll]] for (uint c = 0; c < 8; ++c) sums[r][c] = first_sum(row[r], k + c);
  }
  for (uint o = 0; o < params.bound_rows; o += DEPTH) {
    vec4 weights[DEPTH][2];
    [[unroll]] for (uint i = 0; i < DEPTH; ++i) weight_of(o + i, k, weights[i][0], weights[i][1]);
    // The sums of a column stay in registers for a step.
    [[unroll]] for (uint c = 0; c < 8; ++c) {
      [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        [[unroll]] for (uint i = 0; i < DEPTH; ++i) {
          sums[r][c] = fma(gradient_quad(row[r], o + i / 4 * 4)[i % 4], weights[i][c / 4][c % 4], sums[r][c]);
        }
      }
    }
  }
  // Rows beyond the last repeat it, and store its sums once more.
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    [[unroll]] for (uint c = 0; c < 8; ++c) store_sum(row[r], k + c, sums[r][c]);
  }
}
