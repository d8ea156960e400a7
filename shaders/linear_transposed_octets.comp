// SPDX-License-Identifier: Apache-2.0
//! op    linear_transposed_octets   y = dy · weight on a processor that loads octets, of the weight's panels
//! axis  X f32 f16 bf16
//! tune  ROWS 4
//! tune  OCTETS 4
//! tune  DEPTH 32
//! tune  BLOCK 32
//! tune  CONTINUED 0 1
//! tune  UNFINISHED 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "params.h"
#include "groups.glsl"
#include "live.glsl"
#include "octet_sums.glsl"

layout(constant_id = 4) const uint CONTINUED = 0;   // sums go on where the launch before left them
layout(constant_id = 5) const uint UNFINISHED = 0;  // they are left in f32

layout(binding = 0, scalar) readonly restrict buffer Gradient { X_SCALAR dy[]; };
layout(binding = 1, scalar) readonly restrict buffer Weight { float weight_panels[]; };
layout(binding = 2, scalar) buffer Sums { float partial_sums[]; };
layout(binding = 3, scalar) writeonly restrict buffer Output { X_SCALAR y[]; };
layout(push_constant, scalar) uniform Block {
  LinearGradientParams params;
  uint64_t dy_address;
  uint64_t weight_address;
};

void store_sum(uint index, float sum) {
  if (UNFINISHED != 0) {
    partial_sums[index] = sum;
  } else {
    y[index] = X_STORE(sum);
  }
}

// Rows beyond the last repeat it, and store its sums once more: no branch for each.
void compute_tile(uint64_t panel, uint first_row, uint column, uint rows) {
  Factors factors;
  factors.first = dy_address + params.first_row * X_BYTES;
  factors.stride = X_BYTES;
  uint index[ROWS];
  float sums[ROWS][OCTETS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    const uint row = min(first_row + r, rows - 1);
    index[r] = row * params.in_dim;
    factors.offsets[r] = row * params.out_dim * X_BYTES;
    [[unroll]] for (uint i = 0; i < OCTETS; ++i) {
      sums[r][i] = CONTINUED != 0 ? partial_sums[index[r] + column + i * 8] : 0.0;
    }
  }
  add_products(factors, panel, params.bound_rows, sums);
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    [[unroll]] for (uint i = 0; i < OCTETS; ++i) store_sum(index[r] + column + i * 8, sums[r][i]);
  }
}

// A workgroup computes BLOCK rows of some columns, its neighbour the next columns of these.
void main() {
  const uint rows = min(params.tokens, live_rows);
  const uint panels = params.in_dim / (OCTETS * 8);
  const uint panel = flat_group() % panels;
  const uint column = panel * OCTETS * 8 + gl_SubgroupInvocationID;
  uint row = flat_group() / panels * BLOCK;
  const uint end = min(row + BLOCK, rows);
  if (row >= end) return;
  const uint64_t address = weight_address + uint64_t(panel * params.bound_rows) * PANEL_ROW_BYTES;
  do {
    compute_tile(address, row, column, rows);
    row += ROWS;
  } while (row < end);
}
