// SPDX-License-Identifier: Apache-2.0
//! op    weight_gradient_registers   y = dyᵀ · x in f32, in registers only
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 8 16 32 64
//! tune  ROWS 16 8 4
//! tune  RAGGED 0 1
//! tune  RAGGED_OUT 0 1
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 8;
layout(constant_id = 1) const uint ROWS = 16;  // of the result, of one invocation
layout(constant_id = 2) const uint RAGGED = 0;
layout(constant_id = 3) const uint RAGGED_OUT = 0;

#include "weight_gradient.glsl"

// For processors and small devices, as linear_transposed_registers: lanes own neighbouring octets of x, so dy has the
// same address in all of them.
const uint DEPTH = 8;  // tokens in a step

void main() {
  const uint tokens = min(params.tokens, live_rows);
  const uint row_tiles = (params.bound_rows + ROWS - 1) / ROWS;
  const uint first_row = flat_group() % row_tiles * ROWS;
  const uint octet = flat_group() / row_tiles * LOCAL_SIZE + gl_LocalInvocationID.x;
  const uint k = octet * 8;
  if (k >= params.in_dim) return;

  float sums[ROWS][8];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    [[unroll]] for (uint c = 0; c < 8; ++c) sums[r][c] = 0.0;
  }
  for (uint first_token = 0; first_token < tokens; first_token += DEPTH) {
    uint token[DEPTH];
    vec4 inputs[DEPTH][2];
    [[unroll]] for (uint i = 0; i < DEPTH; ++i) {
      token[i] = min(first_token + i, tokens - 1);
      input_octet(token[i], k, inputs[i][0], inputs[i][1]);
      if (first_token + i >= tokens) inputs[i] = vec4[](vec4(0.0), vec4(0.0));
    }
    // The sums of a column stay in registers for a step.
    [[unroll]] for (uint c = 0; c < 8; ++c) {
      [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        [[unroll]] for (uint i = 0; i < DEPTH; ++i) {
          const float gradient = gradient_quad(token[i], first_row + r / 4 * 4)[r % 4];
          sums[r][c] = fma(gradient, inputs[i][c / 4][c % 4], sums[r][c]);
        }
      }
    }
  }
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    [[unroll]] for (uint c = 0; c < 8; ++c) store_sum(first_row + r, k + c, sums[r][c]);
  }
}
