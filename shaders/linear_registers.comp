// SPDX-License-Identifier: Apache-2.0
//! op    linear_registers   y = activation(x · weightᵀ + bias) + residual, in registers only: for processors and small devices
//! axis  X f32 f16 bf16
//! axis  W f32 f16 bf16 q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq4_nl iq4_xs
//! tune  LOCAL_SIZE 8 16 32 64
//! tune  ROWS 16 8 4 2 1
//! tune  COLUMNS 4 8 2 1
//! tune  OCTETS 1 4
//! tune  GROUPS 1 2
//! tune  RAGGED 0 1
//! tune  ACTIVATION 0 1 2
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 8;
layout(constant_id = 1) const uint ROWS = 16;    // rows of x of one invocation
layout(constant_id = 2) const uint COLUMNS = 4;  // rows of the weight of one invocation, LOCAL_SIZE apart
layout(constant_id = 3) const uint OCTETS = 1;   // how many of the four octets of a group are unrolled
layout(constant_id = 4) const uint GROUPS = 1;   // how many groups are; with two, all octets
layout(constant_id = 5) const uint RAGGED = 0;
layout(constant_id = 6) const uint ACTIVATION = 0;

#include "linear.glsl"

// A processor runs a subgroup as one vector. Its lanes own neighbouring columns, so x has the same address in all of
// them and is loaded once; sums stay in registers, and no barrier turns the loop into coroutines. A sum is taken in
// the order of k whatever the constants are, so one row alone gives the bits it gives among others.
void main() {
  const uint rows = min(params.tokens, live_rows);
  const uint row_tiles = (params.tokens + ROWS - 1) / ROWS;
  const uint first_row = flat_group() % row_tiles * ROWS;
  const uint first_column = flat_group() / row_tiles * LOCAL_SIZE * COLUMNS + gl_LocalInvocationID.x;
  if (first_row >= rows || first_column >= params.columns) return;

  // With few rows the weight comes from memory and is used once. Its rows lie one behind the other, but the lanes read
  // them side by side, which no prefetcher follows: so they are first read in order, a cache line a lane.
  uint seen = 0;
  if (row_tiles == 1) {
    const uint row_bytes = weight_row_bytes(params.in_dim);
    const uint first_byte = (first_column - gl_LocalInvocationID.x) * row_bytes;
    const uint end_byte = min(first_byte + LOCAL_SIZE * COLUMNS * row_bytes, params.columns * row_bytes) & ~15u;
    for (uint byte = first_byte + gl_LocalInvocationID.x * 64; byte < end_byte; byte += LOCAL_SIZE * 64) {
      seen |= weight_bits_at(byte);
    }
  }

  uint row[ROWS];
  uint column[COLUMNS];
  float sums[ROWS][COLUMNS];
  [[unroll]] for (uint c = 0; c < COLUMNS; ++c) column[c] = min(first_column + c * LOCAL_SIZE, params.columns - 1);
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    row[r] = min(first_row + r, rows - 1);
    // Never true; the compiler does not know and keeps the reads above.
    [[unroll]] for (uint c = 0; c < COLUMNS; ++c) sums[r][c] = params.tokens == 0 ? float(seen) : 0.0;
  }

  for (uint step = 0; step < num_groups() / GROUPS; ++step) {
    WeightGroup weights[COLUMNS][GROUPS];
    [[unroll]] for (uint c = 0; c < COLUMNS; ++c) {
      [[unroll]] for (uint g = 0; g < GROUPS; ++g) {
        weights[c][g] = GROUPS == 2 ? weight_group(column[c], step, g, params.in_dim)
                                    : weight_group(column[c], step, params.in_dim);
      }
    }
    for (uint first_octet = 0; first_octet < 4; first_octet += OCTETS) {
      [[unroll]] for (uint c = 0; c < COLUMNS; ++c) {
        [[unroll]] for (uint i = 0; i < OCTETS * GROUPS; ++i) {
          const uint octet = first_octet + i;
          const uint k = step * GROUPS * 32 + octet * 8;
          vec4 low, high;
          weight_octet(weights[c][i / OCTETS], octet % 4, low, high);
          [[unroll]] for (uint r = 0; r < ROWS; ++r) {
            sums[r][c] = add_products(low, input_quad(row[r], k), sums[r][c]);
            sums[r][c] = add_products(high, input_quad(row[r], k + 4), sums[r][c]);
          }
        }
      }
    }
  }

  // Rows and columns beyond the last repeat it, and store its value once more: no branch for each result.
  [[unroll]] for (uint c = 0; c < COLUMNS; ++c) {
    const float column_bias = bias_of(column[c]);
    [[unroll]] for (uint r = 0; r < ROWS; ++r) sums[r][c] = activate(sums[r][c] + column_bias);
  }
  if (params.has_residual != 0) {
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      [[unroll]] for (uint c = 0; c < COLUMNS; ++c) sums[r][c] += X_LOAD(residual[result_index(row[r], column[c])]);
    }
  }
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    [[unroll]] for (uint c = 0; c < COLUMNS; ++c) y[result_index(row[r], column[c])] = X_STORE(sums[r][c]);
  }
}
