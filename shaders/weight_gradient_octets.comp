// SPDX-License-Identifier: Apache-2.0
//! op    weight_gradient_octets   y = dyᵀ · x in f32, or y + dyᵀ · x, on a processor that loads octets, of panels
//! tune  ROWS 8
//! tune  OCTETS 2
//! tune  DEPTH 32
//! tune  BLOCK 32
//! tune  ADDS 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#define X_SCALAR SCALAR_f32
#define X_LOAD LOAD_f32
#define X_BYTES BYTES_f32
#include "types.glsl"
#include "params.h"
#include "groups.glsl"
#include "octet_sums.glsl"

layout(constant_id = 4) const uint ADDS = 0;

layout(binding = 0, scalar) readonly restrict buffer Gradient { float dy_panels[]; };  // of ROWS columns
layout(binding = 1, scalar) readonly restrict buffer Input { float x_panels[]; };
layout(binding = 2, scalar) restrict buffer Output { float y[]; };
layout(push_constant, scalar) uniform Block {
  LinearGradientParams params;
  uint64_t dy_address;
  uint64_t x_address;
};

// Reads a word of each row of the sums, so that they are in the cache when the products are there. The result has its
// highest bit set; it is made use of, or a compiler would not read.
uint touched(uint first_row, uint column) {
  uint words = 0x80000000u;
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    words |= floatBitsToUint(y[min(first_row + r, params.bound_rows - 1) * params.in_dim + column]);
  }
  return words;
}

// Rows beyond the last repeat it, and store its sums once more: no branch for each. What they are added to is read
// before.
void compute_tile(uint64_t panel, uint first_row, uint column) {
  Factors factors;
  factors.first = dy_address + uint64_t(first_row) * params.tokens * X_BYTES;
  factors.stride = ROWS * X_BYTES;
  uint index[ROWS];
  float sums[ROWS][OCTETS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    factors.offsets[r] = r * X_BYTES;
    index[r] = min(first_row + r, params.bound_rows - 1) * params.in_dim;
    [[unroll]] for (uint i = 0; i < OCTETS; ++i) sums[r][i] = 0.0;
  }
  add_products(factors, panel, params.tokens, sums);
  if (ADDS != 0) {
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      [[unroll]] for (uint i = 0; i < OCTETS; ++i) sums[r][i] += y[index[r] + column + i * 8];
    }
  }
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    [[unroll]] for (uint i = 0; i < OCTETS; ++i) y[index[r] + column + i * 8] = sums[r][i];
  }
}

// A workgroup computes BLOCK rows of some columns, its neighbour the next columns of these: the sums lie in memory one
// behind the other.
void main() {
  const uint panels = params.in_dim / (OCTETS * 8);
  const uint panel = flat_group() % panels;
  const uint column = panel * OCTETS * 8 + gl_SubgroupInvocationID;
  uint row = flat_group() / panels * BLOCK;
  uint end = min(row + BLOCK, params.bound_rows);
  if (row >= end) return;
  const uint64_t address = x_address + uint64_t(panel * params.tokens) * PANEL_ROW_BYTES;
  do {
    if (ADDS != 0) end = min(end, touched(row, panel * OCTETS * 8));  // which is larger
    compute_tile(address, row, column);
    row += ROWS;
  } while (row < end);
}
