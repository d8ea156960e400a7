// SPDX-License-Identifier: Apache-2.0
//! op    weight_gradient_tile   y = dyᵀ · x in f32, 64 × 64 results a workgroup through shared memory
//! axis  X f32 f16 bf16
//! tune  RAGGED 0 1
//! tune  RAGGED_OUT 0 1
//! tune  ADDS 0 1
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint RAGGED = 0;
layout(constant_id = 1) const uint RAGGED_OUT = 0;
layout(constant_id = 2) const uint ADDS = 0;

#include "weight_gradient.glsl"
#include "tile.glsl"

// An invocation's share of the next tiles, on its way to shared memory: eight values of dy and eight of x.
vec4 dy_low, dy_high, x_low, x_high;

void fetch(uint step, uint tokens, uint first_row, uint first_k) {
  const uint token = step * DEPTH + gl_LocalInvocationID.x / 8;
  const uint octet = gl_LocalInvocationID.x % 8 * 8;
  const uint read_token = min(token, tokens - 1);
  dy_low = gradient_quad(read_token, first_row + octet);
  dy_high = gradient_quad(read_token, first_row + octet + 4);
  input_octet(read_token, min(first_k + octet, (params.in_dim - 1) / 8 * 8), x_low, x_high);
  if (token >= tokens) x_low = x_high = vec4(0.0);
}

void place() {
  const uint line = gl_LocalInvocationID.x / 8;
  const uint quad = gl_LocalInvocationID.x % 8 * 2;
  row_tile[line][quad] = dy_low;
  row_tile[line][quad + 1] = dy_high;
  column_tile[line][quad] = x_low;
  column_tile[line][quad + 1] = x_high;
}

void main() {
  const uint tokens = min(params.tokens, live_rows);
  const uint row_tiles = (params.bound_rows + TILE - 1) / TILE;
  const uint first_row = flat_group() % row_tiles * TILE;
  const uint first_k = flat_group() / row_tiles * TILE;
  if (first_k >= params.in_dim) return;

  // While a tile is multiplied, the loads of the next one are under way.
  vec4 sums[4] = vec4[](vec4(0.0), vec4(0.0), vec4(0.0), vec4(0.0));
  const uint steps = (tokens + DEPTH - 1) / DEPTH;
  for (uint step = 0; step <= steps; ++step) {
    if (step < steps) fetch(step, tokens, first_row, first_k);
    if (step > 0) multiply(sums);
    barrier();
    place();
    barrier();
  }
  const uint my_k = first_k + quad_of_columns() * 4;
  [[unroll]] for (uint r = 0; r < 4; ++r) {
    const uint o = first_row + quad_of_rows() * 4 + r;
    if (o < params.bound_rows && my_k < params.in_dim) store_results(o, my_k, sums[r]);
  }
}
