// SPDX-License-Identifier: Apache-2.0
//! op    linear_octet_tiles   y = activation(x · weightᵀ + bias) + residual, or silu(x · gateᵀ) · (x · upᵀ), for three and more rows on a processor
//! axis  X f32 f16 bf16
//! axis  W f32 f16 bf16
//! tune  ROWS 3 4
//! tune  DEPTH 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
//! tune  BLOCK 96
//! tune  ACTIVATION 0 1 2 3
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(local_size_x = 8) in;
layout(constant_id = 0) const uint ROWS = 3;   // of x
layout(constant_id = 1) const uint DEPTH = 4;  // octets of a row in a step, of which in_dim is a multiple
layout(constant_id = 2) const uint BLOCK = 96;  // rows of a workgroup, a multiple of ROWS
layout(constant_id = 3) const uint ACTIVATION = 0;
const uint RAGGED = 0;
const uint SPAN_OCTETS = 4;
const uint COLUMNS = 8;

#define WEIGHT_BY_ADDRESS
#include "linear.glsl"

// The lanes of the one subgroup share each sum: lane i adds elements i, i + 8, i + 16 …, those of a step first: with
// DEPTH as many as linear_octets has in a span, a row gives the bits it gives alone.
// The sums are as many as a processor has registers for, each load serves as many as there are rows, or eight of them, and a step is long,
// since at its end each sum is written under the mask of the lanes that go on.
const bool GATED = ACTIVATION == SILU_GATE;
const uint PARTS = GATED ? 2 : 1;  // of the weight: the gate's rows, and as many rows that it lets through
const uint RESULTS = COLUMNS / PARTS;

const uint X_OCTET_BYTES = 8 * X_BYTES;
const uint W_OCTET_BYTES = 8 * W_BYTES;

// Octets are counted by the loop itself: it ends behind its body, since a processor runs what follows a break once more
// with no lane left, and reads what no lane may read.
void add_products(uint64_t x_row[ROWS], uint64_t weight_row[COLUMNS], uint octets, out float sums[ROWS][COLUMNS]) {
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    [[unroll]] for (uint c = 0; c < COLUMNS; ++c) sums[r][c] = 0.0;
  }
  uint first = 0;
  do {
    float products[ROWS][COLUMNS];
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      [[unroll]] for (uint c = 0; c < COLUMNS; ++c) products[r][c] = 0.0;
    }
    [[unroll]] for (uint octet = 0; octet < DEPTH; ++octet) {
      float x_octets[ROWS];
      [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        x_octets[r] = X_OCTET(x_row[r] + first * X_OCTET_BYTES + octet * X_OCTET_BYTES);
      }
      [[unroll]] for (uint c = 0; c < COLUMNS; ++c) {
        const float weight = W_OCTET(weight_row[c] + first * W_OCTET_BYTES + octet * W_OCTET_BYTES);
        [[unroll]] for (uint r = 0; r < ROWS; ++r) products[r][c] = fma(x_octets[r], weight, products[r][c]);
      }
    }
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      [[unroll]] for (uint c = 0; c < COLUMNS; ++c) sums[r][c] += products[r][c];
    }
    first += DEPTH;
  } while (first < octets);
}

// Where rows and columns of tiles lie, and what their results need.
struct Place {
  uint rows;
  uint column;  // of the lane; the weight's rows beyond the last repeat it
  uint octets;  // of a row
  uint64_t weight_row[COLUMNS];
  float bias;
};

// Rows beyond the last repeat it, and store its results once more: no branch for each.
void compute_tile(Place place, uint first_row) {
  uint row[ROWS];
  uint64_t x_row[ROWS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    row[r] = min(first_row + r, place.rows - 1);
    x_row[r] = x_address + uint64_t(row[r] * place.octets) * X_OCTET_BYTES;
  }
  float sums[ROWS][COLUMNS];
  add_products(x_row, place.weight_row, place.octets, sums);
  float values[ROWS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    const float sum = sum_of_columns(sums[r]);
    values[r] = activate(sum + place.bias);
    if (GATED) {  // both halves of the lanes hold the same results
      const float other = subgroupShuffleXor(sum, RESULTS);
      const bool is_gate = gl_SubgroupInvocationID < RESULTS;
      values[r] = activate((is_gate ? sum : other) + place.bias) * (is_gate ? other : sum);
    }
  }
  if (params.has_residual != 0) {
    [[unroll]] for (uint r = 0; r < ROWS; ++r) values[r] += X_LOAD(residual[result_index(row[r], place.column)]);
  }
  [[unroll]] for (uint r = 0; r < ROWS; ++r) y[result_index(row[r], place.column)] = X_STORE(values[r]);
}

// A workgroup computes BLOCK rows of eight columns; its neighbour the next columns of the same rows.
void main() {
  Place place;
  place.rows = min(params.tokens, live_rows);
  const uint column_tiles = (params.columns + RESULTS - 1) / RESULTS;
  uint row = flat_group() / column_tiles * BLOCK;
  const uint end = min(row + BLOCK, place.rows);
  if (row >= end) return;
  const uint first_column = flat_group() % column_tiles * RESULTS;
  place.column = min(first_column + gl_SubgroupInvocationID % RESULTS, params.columns - 1);
  place.octets = params.in_dim / 8;
  place.bias = bias_of(place.column);
  [[unroll]] for (uint c = 0; c < COLUMNS; ++c) {
    const uint weight_row = min(first_column + c % RESULTS, params.columns - 1) + c / RESULTS * params.columns;
    place.weight_row[c] = weight_address + uint64_t(weight_row * place.octets) * W_OCTET_BYTES;
  }
  do {
    compute_tile(place, row);
    row += ROWS;
  } while (row < end);
}
