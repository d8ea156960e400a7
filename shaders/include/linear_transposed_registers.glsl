// SPDX-License-Identifier: Apache-2.0
// The kernels of linear_transposed that keep everything in registers.
#ifndef LAPILLI_LINEAR_TRANSPOSED_REGISTERS_GLSL
#define LAPILLI_LINEAR_TRANSPOSED_REGISTERS_GLSL

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 8;
layout(constant_id = 1) const uint ROWS = 16;      // of dy, of one invocation
layout(constant_id = 2) const uint DEPTH = 8;      // rows of the weight in a step
layout(constant_id = 3) const uint READ_AHEAD = 0;  // the next step's weights are read before they are used
layout(constant_id = 4) const uint RAGGED = 0;
layout(constant_id = 5) const uint RAGGED_OUT = 0;
layout(constant_id = 6) const uint CONTINUED = 0;
layout(constant_id = 7) const uint UNFINISHED = 0;

#include "linear_transposed.glsl"

// For processors and small devices, as linear_registers: lanes own neighbouring octets of the weight's columns, or
// columns where rows are ragged, so dy has the same address in all of them.
// Reads the 64 bytes' lines of what the lanes need of some rows of the weight: they read it side by side, which no
// prefetcher follows.
uint read_ahead(uint o, uint first_k) {
  uint seen = 0;
#if W_IS_FLOAT
  const uint row_bytes = weight_row_bytes(params.in_dim);
  const uint first_byte = weight_row_bytes(first_k);
  [[unroll]] for (uint i = 0; i < DEPTH; ++i) {
    const uint row_byte = min(o + i, params.bound_rows - 1) * row_bytes;
    [[unroll]] for (uint byte = 0; byte < weight_row_bytes(LOCAL_SIZE * 8); byte += 64) {
      seen |= weight_bits_at(row_byte + min(first_byte + byte, row_bytes - 16));
    }
  }
#endif
  return seen;
}

void compute_octet(uint row[ROWS], uint k, uint first_k) {
  uint seen = 0;
  vec4 sums[ROWS][2];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) sums[r] = vec4[](vec4(0.0), vec4(0.0));
  if (CONTINUED != 0) {
    [[unroll]] for (uint r = 0; r < ROWS; ++r) sums[r] = vec4[](kept_sums(row[r], k), kept_sums(row[r], k + 4));
  }
  for (uint o = 0; o < params.bound_rows; o += DEPTH) {
    vec4 weights[DEPTH][2];
    [[unroll]] for (uint i = 0; i < DEPTH; ++i) weight_of(o + i, k, weights[i][0], weights[i][1]);
    if (READ_AHEAD != 0) seen |= read_ahead(o + DEPTH, first_k);
    // The sums of a column stay in registers for a step.
    [[unroll]] for (uint c = 0; c < 8; ++c) {
      [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        float sum = sums[r][c / 4][c % 4];
        [[unroll]] for (uint i = 0; i < DEPTH; ++i) {
          sum = fma(gradient_quad(row[r], o + i / 4 * 4)[i % 4], weights[i][c / 4][c % 4], sum);
        }
        sums[r][c / 4][c % 4] = sum;
      }
    }
  }
  // Rows beyond the last repeat it, and store its sums once more.
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    // Never true; the compiler does not know and keeps what was read ahead.
    if (READ_AHEAD != 0) sums[r][0] = params.tokens == 0 ? vec4(seen) : sums[r][0];
    store_sums(row[r], k, sums[r][0]);
    store_sums(row[r], k + 4, sums[r][1]);
  }
}

#if W_IS_FLOAT
// Ragged rows are read element by element: a small loop compiles fast.
void compute_column(uint row[ROWS], uint k) {
  float sums[ROWS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) sums[r] = 0.0;
  if (CONTINUED != 0) {
    [[unroll]] for (uint r = 0; r < ROWS; ++r) sums[r] = partial_sums[result_index(row[r], k)];
  }
  for (uint o = 0; o < params.bound_rows; ++o) {
    const float weight = weight_element_of(o, k);
    [[unroll]] for (uint r = 0; r < ROWS; ++r) sums[r] = fma(gradient_element(row[r], o), weight, sums[r]);
  }
  [[unroll]] for (uint r = 0; r < ROWS; ++r) store_sum(row[r], k, sums[r]);
}
#endif

void multiply() {
  const uint rows = min(params.tokens, live_rows);
  const uint row_tiles = (params.tokens + ROWS - 1) / ROWS;
  const uint first_row = flat_group() % row_tiles * ROWS;
  const uint first_lane = flat_group() / row_tiles * LOCAL_SIZE;
  const uint lane = first_lane + gl_LocalInvocationID.x;
  const uint k = RAGGED != 0 ? lane : lane * 8;
  if (first_row >= rows || k >= params.in_dim) return;

  uint row[ROWS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) row[r] = min(first_row + r, rows - 1);
#if W_IS_FLOAT
  if (RAGGED != 0) {
    compute_column(row, k);
    return;
  }
#endif
  compute_octet(row, k, first_lane * 8);
}

#endif
