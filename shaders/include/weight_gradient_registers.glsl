// SPDX-License-Identifier: Apache-2.0
// The kernels of linear_weight_gradient that keep everything in registers.
#ifndef LAPILLI_WEIGHT_GRADIENT_REGISTERS_GLSL
#define LAPILLI_WEIGHT_GRADIENT_REGISTERS_GLSL

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 8;
layout(constant_id = 1) const uint ROWS = 16;  // of the result, of one invocation
layout(constant_id = 2) const uint DEPTH = 8;  // tokens in a step
layout(constant_id = 3) const uint RAGGED = 0;
layout(constant_id = 4) const uint RAGGED_OUT = 0;
layout(constant_id = 5) const uint ADDS = 0;

#include "weight_gradient.glsl"

// For processors and small devices, as linear_transposed_registers: lanes own neighbouring octets of x, or
// columns where rows are ragged, so dy has the same address in all of them.
void compute_octet(uint first_row, uint k, uint tokens, bool stored) {
  vec4 sums[ROWS][2];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) sums[r] = vec4[](vec4(0.0), vec4(0.0));
  for (uint first_token = 0; first_token < tokens; first_token += DEPTH) {
    uint token[DEPTH];
    vec4 inputs[DEPTH][2];
    [[unroll]] for (uint i = 0; i < DEPTH; ++i) {
      token[i] = min(first_token + i, tokens - 1);
      input_octet(token[i], k, inputs[i][0], inputs[i][1]);
      [[unroll]] for (uint part = 0; part < 2; ++part) {
        inputs[i][part] = first_token + i < tokens ? inputs[i][part] : vec4(0.0);
      }
    }
    // The sums of a column stay in registers for a step.
    [[unroll]] for (uint c = 0; c < 8; ++c) {
      [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        float sum = sums[r][c / 4][c % 4];
        [[unroll]] for (uint i = 0; i < DEPTH; ++i) {
          sum = fma(gradient_quad(token[i], first_row + r / 4 * 4)[r % 4], inputs[i][c / 4][c % 4], sum);
        }
        sums[r][c / 4][c % 4] = sum;
      }
    }
  }
  if (!stored) return;
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    if (first_row + r < params.bound_rows) {
      store_results(first_row + r, k, sums[r][0]);
      store_results(first_row + r, k + 4, sums[r][1]);
    }
  }
}

// Ragged rows are read element by element: a small loop compiles fast.
void compute_column(uint first_row, uint k, uint tokens, bool stored) {
  float sums[ROWS];
  [[unroll]] for (uint r = 0; r < ROWS; ++r) sums[r] = 0.0;
  for (uint token = 0; token < tokens; ++token) {
    const float value = input_element(token, k);
    [[unroll]] for (uint r = 0; r < ROWS; ++r) sums[r] = fma(gradient_element(token, first_row + r), value, sums[r]);
  }
  if (!stored) return;
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {
    if (first_row + r < params.bound_rows) store_result(first_row + r, k, sums[r]);
  }
}

void multiply() {
  const uint row_tiles = (params.bound_rows + ROWS - 1) / ROWS;
  const uint first_row = flat_group() % row_tiles * ROWS;
  const uint lane = flat_group() / row_tiles * LOCAL_SIZE + gl_LocalInvocationID.x;
  const uint columns = RAGGED != 0 ? 1 : 8;  // of an invocation
  // Lanes beyond the last compute it again: to leave early would put every sum under a mask.
  const bool stored = lane * columns < params.in_dim;
  const uint k = min(lane * columns, params.in_dim - columns);
  const uint tokens = min(params.tokens, live_rows);
  if (RAGGED != 0) {
    compute_column(first_row, k, tokens, stored);
  } else {
    compute_octet(first_row, k, tokens, stored);
  }
}

#endif
