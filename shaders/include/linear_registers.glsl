// SPDX-License-Identifier: Apache-2.0
// The kernels of linear that keep everything in registers.
#ifndef LAPILLI_LINEAR_REGISTERS_GLSL
#define LAPILLI_LINEAR_REGISTERS_GLSL

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 8;
layout(constant_id = 1) const uint ROWS = 16;    // rows of x of one invocation
layout(constant_id = 2) const uint COLUMNS = 4;  // rows of the weight of one invocation, LOCAL_SIZE apart
layout(constant_id = 3) const uint OCTETS = 1;   // how many of the four octets of a group are unrolled
layout(constant_id = 4) const uint GROUPS = 1;   // how many groups are; with two, all octets
layout(constant_id = 5) const uint READ_AHEAD = 0;  // the weight is read in order before it is used
layout(constant_id = 6) const uint RAGGED = 0;
layout(constant_id = 7) const uint ACTIVATION = 0;

#include "linear.glsl"

// For processors and small devices. A processor runs a subgroup as one vector. Its lanes own neighbouring columns, so x
// has the same address in all of them and is loaded once; sums stay in registers, and no barrier turns the loop into
// coroutines. A sum is taken in the order of k whatever the constants are, so one row alone gives the bits it gives
// among others.
const bool GATED = ACTIVATION == SILU_GATE;
const uint PARTS = GATED ? 2 : 1;  // of the weight: the gate's rows, and as many rows that it lets through
const uint RESULTS = COLUMNS / PARTS;

// Reads the rows that a workgroup needs in order. The lanes read them side by side, which no prefetcher follows; a
// few rows of x use them only once, so that otherwise each load would wait for memory.
uint read_ahead(uint first_row, uint rows) {
  const uint row_bytes = weight_row_bytes(params.in_dim);
  const uint end_byte = (first_row + rows) * row_bytes;
  uint seen = 0;
  for (uint byte = first_row * row_bytes; byte + 1024 <= end_byte; byte += 1024) {
    [[unroll]] for (uint line = 0; line < 16; ++line) seen |= weight_bits_at(byte + line * 64);
  }
  return seen;
}

void multiply() {
  const uint rows = min(params.tokens, live_rows);
  const uint row_tiles = (params.tokens + ROWS - 1) / ROWS;
  const uint first_row = flat_group() % row_tiles * ROWS;
  const uint group_column = flat_group() / row_tiles * LOCAL_SIZE * RESULTS;
  const uint first_column = group_column + gl_LocalInvocationID.x;
  if (first_row >= rows || first_column >= params.columns) return;

  uint seen = 0;
  if (READ_AHEAD != 0) {
    const uint columns = min(LOCAL_SIZE * RESULTS, params.columns - group_column);
    [[unroll]] for (uint part = 0; part < PARTS; ++part) {
      seen |= read_ahead(group_column + part * params.columns, columns);
    }
  }

  uint row[ROWS];
  uint column[COLUMNS];
  float sums[ROWS][COLUMNS];
  [[unroll]] for (uint c = 0; c < COLUMNS; ++c) {
    column[c] = min(first_column + c % RESULTS * LOCAL_SIZE, params.columns - 1) + c / RESULTS * params.columns;
  }
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
  [[unroll]] for (uint c = 0; c < RESULTS; ++c) {
    const float column_bias = bias_of(column[c]);
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      sums[r][c] = activate(sums[r][c] + column_bias);
      if (GATED) sums[r][c] *= sums[r][(c + RESULTS) % COLUMNS];
    }
  }
  if (params.has_residual != 0) {
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      [[unroll]] for (uint c = 0; c < RESULTS; ++c) sums[r][c] += X_LOAD(residual[result_index(row[r], column[c])]);
    }
  }
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    [[unroll]] for (uint c = 0; c < RESULTS; ++c) y[result_index(row[r], column[c])] = X_STORE(sums[r][c]);
  }
}

#endif
