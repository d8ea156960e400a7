// SPDX-License-Identifier: Apache-2.0
//! op    weight_gradient_octets   y = dyᵀ · x in f32, or y + dyᵀ · x, on a processor that loads octets
//! axis  X f32 f16 bf16
//! tune  ROWS 4
//! tune  OCTETS 4
//! tune  DEPTH 32
//! tune  BLOCK 32
//! tune  ADDS 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#define W_BYTES X_BYTES
#define W_OCTET X_OCTET
#include "types.glsl"
#include "params.h"
#include "groups.glsl"
#include "live.glsl"
#include "octet_sums.glsl"

layout(constant_id = 4) const uint ADDS = 0;

layout(binding = 0, scalar) readonly restrict buffer Gradient { X_SCALAR dy[]; };
layout(binding = 1, scalar) readonly restrict buffer Input { X_SCALAR x[]; };
layout(binding = 2, scalar) restrict buffer Output { float y[]; };
layout(push_constant, scalar) uniform Block {
  LinearGradientParams params;
  uint64_t dy_address;
  uint64_t x_address;
};

// Rows beyond the last repeat it, and store its sums once more: no branch for each. What they are added to is read
// before.
void compute_tile(Vectors vectors, uint first_row, uint column) {
  Factors factors;
  factors.first = dy_address + (params.first_row + first_row) * X_BYTES;
  factors.stride = params.out_dim * X_BYTES;
  uint index[ROWS];
  float sums[ROWS][OCTETS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    const uint offset = min(r, params.bound_rows - 1 - first_row);
    factors.offsets[r] = offset * X_BYTES;
    index[r] = (first_row + offset) * params.in_dim;
    [[unroll]] for (uint i = 0; i < OCTETS; ++i) sums[r][i] = 0.0;
  }
  add_products(factors, vectors, min(params.tokens, live_rows), sums);
  if (ADDS != 0) {
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
      [[unroll]] for (uint i = 0; i < OCTETS; ++i) sums[r][i] += y[index[r] + column + i * 8];
    }
  }
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    [[unroll]] for (uint i = 0; i < OCTETS; ++i) y[index[r] + column + i * 8] = sums[r][i];
  }
}

// A workgroup computes BLOCK rows of some columns, its neighbour the next rows of these.
void main() {
  const uint blocks = (params.bound_rows + BLOCK - 1) / BLOCK;
  const uint first_column = flat_group() / blocks * OCTETS * 8;
  const uint column = first_column + gl_SubgroupInvocationID;
  uint row = flat_group() % blocks * BLOCK;
  const uint end = min(row + BLOCK, params.bound_rows);
  if (first_column >= params.in_dim) return;
  const Vectors vectors = Vectors(x_address + first_column * W_BYTES, params.in_dim * W_BYTES);
  do {
    compute_tile(vectors, row, column);
    row += ROWS;
  } while (row < end);
}
