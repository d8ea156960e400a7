// SPDX-License-Identifier: Apache-2.0
//! op    linear_octets   y = activation(x · weightᵀ + bias) + residual, or silu(x · gateᵀ) · (x · upᵀ), for few rows on a processor
//! axis  X f32 f16 bf16
//! axis  W f32 f16 bf16 q4_0 q8_0 q4_k q5_k q6_k
//! tune  ROWS 1 2 4 8 16
//! tune  COLUMNS 1 2 4 8
//! tune  TILES 32 16 8 4
//! tune  SPAN_OCTETS 16 4
//! tune  ACTIVATION 0 1 2 3
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(local_size_x = 8) in;
layout(constant_id = 0) const uint ROWS = 1;         // rows of x of one workgroup
layout(constant_id = 1) const uint COLUMNS = 1;      // rows of the weight that are read side by side
layout(constant_id = 2) const uint TILES = 32;       // how many times COLUMNS one workgroup reads
layout(constant_id = 3) const uint SPAN_OCTETS = 16;
layout(constant_id = 4) const uint ACTIVATION = 0;
const uint RAGGED = 0;
const uint SHARED = COLUMNS == 1 ? 1 : 2;  // rows of the weight that share what is read of x

#define WEIGHT_BY_ADDRESS
#include "linear.glsl"

// The lanes of the one subgroup share each row: lane i adds elements i, i + 8, i + 16 … of it, those of a part first.
// The bits of a row hang on the part alone, which for plain weights is the span: one row gives those it has among others.
const bool GATED = ACTIVATION == SILU_GATE;
const uint PARTS = GATED ? 2 : 1;  // of the weight: the gate's rows, and as many rows that it lets through
const uint RESULTS = COLUMNS / PARTS;

float x_octet(uint row, uint octet) {
  return X_OCTET(x_address + uint64_t(row * params.in_dim) * X_BYTES + octet * 8 * X_BYTES);
}

// Lane c finishes column first_column + c.
void store_row(uint row, uint first_column, float sums[COLUMNS]) {
  float value = 0.0;
  float let_through = 1.0;
  [[unroll]] for (uint c = 0; c < COLUMNS; ++c) {
    const float sum = sum_of_lanes(sums[c]);
    const bool is_own = gl_SubgroupInvocationID == c % RESULTS;
    if (c < RESULTS) {
      value = is_own ? sum : value;
    } else {
      let_through = is_own ? sum : let_through;
    }
  }
  const uint column = first_column + gl_SubgroupInvocationID;
  if (gl_SubgroupInvocationID >= RESULTS || column >= params.columns) return;
  store_value(row, column, activate(value + bias_of(column)) * let_through);
}

void compute_tile(uint first_row, uint first_column, uint rows) {
  uint row[ROWS];
  uint64_t weight_row[COLUMNS];
  float sums[ROWS][COLUMNS];
  [[unroll]] for (uint c = 0; c < COLUMNS; ++c) {
    const uint column = min(first_column + c % RESULTS, params.columns - 1) + c / RESULTS * params.columns;
    weight_row[c] = weight_address + column * weight_row_bytes(params.in_dim);
  }
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    row[r] = min(first_row + r, rows - 1);
    [[unroll]] for (uint c = 0; c < COLUMNS; ++c) sums[r][c] = 0.0;
  }
  const uint last_octet = params.in_dim / 8 - OCTETS;
  for (uint next = 0; next <= last_octet; next += OCTETS) {
    // A processor goes through a loop once more with no lane left, and would read what stands behind the row.
    const uint octet = min(next, last_octet);
    float x_octets[ROWS][OCTETS];
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      [[unroll]] for (uint o = 0; o < OCTETS; ++o) x_octets[r][o] = x_octet(row[r], octet + o);
    }
    float x_sums[ROWS][OCTETS / PART_OCTETS];
    if (HAS_OFFSET) {
      [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        [[unroll]] for (uint o = 0; o < OCTETS; ++o) {
          const float before = o % PART_OCTETS == 0 ? 0.0 : x_sums[r][o / PART_OCTETS];
          x_sums[r][o / PART_OCTETS] = before + x_octets[r][o];
        }
      }
    }
    [[unroll]] for (uint c = 0; c < COLUMNS; c += SHARED) {
      WeightSpan spans[SHARED];
      [[unroll]] for (uint s = 0; s < SHARED; ++s) weight_span(weight_row[c + s], octet, spans[s]);
      [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        [[unroll]] for (uint part = 0; part < OCTETS / PART_OCTETS; ++part) {
          float products[SHARED];
          [[unroll]] for (uint s = 0; s < SHARED; ++s) products[s] = 0.0;
          [[unroll]] for (uint o = part * PART_OCTETS; o < (part + 1) * PART_OCTETS; ++o) {
            [[unroll]] for (uint s = 0; s < SHARED; ++s) {
              products[s] = fma(spans[s].codes[o], x_octets[r][o], products[s]);
            }
          }
          [[unroll]] for (uint s = 0; s < SHARED; ++s) {
            float sum = sums[r][c + s];
            sum = HAS_SCALE ? fma(products[s], spans[s].scales[part], sum) : sum + products[s];
            if (HAS_OFFSET) sum = fma(x_sums[r][part], spans[s].offsets[part], sum);
            sums[r][c + s] = sum;
          }
        }
      }
    }
  }
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    if (first_row + r < rows) store_row(first_row + r, first_column, sums[r]);
  }
}

void main() {
  const uint rows = min(params.tokens, live_rows);
  const uint row_tiles = (params.tokens + ROWS - 1) / ROWS;
  const uint first_row = flat_group() % row_tiles * ROWS;
  if (first_row >= rows) return;
  const uint first_column = flat_group() / row_tiles * RESULTS * TILES;
  for (uint tile = 0; tile < TILES; ++tile) {
    const uint column = first_column + tile * RESULTS;
    if (column >= params.columns) break;
    compute_tile(first_row, column, rows);
  }
}
