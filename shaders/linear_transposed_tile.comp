// SPDX-License-Identifier: Apache-2.0
//! op    linear_transposed_tile   y = dy · weight, 64 × 64 results a workgroup through shared memory
//! axis  X f32 f16 bf16
//! axis  W f32 f16 bf16 q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq4_nl iq4_xs
//! tune  RAGGED 0 1
//! tune  RAGGED_OUT 0 1
//! tune  CONTINUED 0 1
//! tune  UNFINISHED 0 1
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint RAGGED = 0;
layout(constant_id = 1) const uint RAGGED_OUT = 0;
layout(constant_id = 2) const uint CONTINUED = 0;
layout(constant_id = 3) const uint UNFINISHED = 0;

#include "linear_transposed.glsl"
#include "tile.glsl"

// An invocation's share of the next tiles, on its way to shared memory: eight values of a row of dy, and eight of a
// row of the weight.
vec4 dy_low, dy_high, weight_low, weight_high;

void fetch(uint step, uint row, uint first_k) {
  const uint o = step * DEPTH;
  const uint dy_octet = gl_LocalInvocationID.x / TILE * 8;
  dy_low = gradient_quad(row, o + dy_octet);
  dy_high = gradient_quad(row, o + dy_octet + 4);
  const uint k = min(first_k + gl_LocalInvocationID.x % 8 * 8, (params.in_dim - 1) / 8 * 8);
  weight_of(o + gl_LocalInvocationID.x / 8, k, weight_low, weight_high);
}

void place() {
  const uint line = gl_LocalInvocationID.x % TILE;
  const uint dy_octet = gl_LocalInvocationID.x / TILE * 8;
  [[unroll]] for (uint i = 0; i < 4; ++i) {
    row_tile[dy_octet + i][line / 4][line % 4] = dy_low[i];
    row_tile[dy_octet + 4 + i][line / 4][line % 4] = dy_high[i];
  }
  const uint quad = gl_LocalInvocationID.x % 8 * 2;
  column_tile[gl_LocalInvocationID.x / 8][quad] = weight_low;
  column_tile[gl_LocalInvocationID.x / 8][quad + 1] = weight_high;
}

void main() {
  const uint rows = min(params.tokens, live_rows);
  const uint row_tiles = (params.tokens + TILE - 1) / TILE;
  const uint first_row = flat_group() % row_tiles * TILE;
  const uint first_k = flat_group() / row_tiles * TILE;
  if (first_row >= rows || first_k >= params.in_dim) return;
  const uint fetched_row = min(first_row + gl_LocalInvocationID.x % TILE, rows - 1);
  const uint my_row = first_row + quad_of_rows() * 4;
  const uint my_k = first_k + quad_of_columns() * 4;

  const bool mine = my_k < params.in_dim;
  vec4 sums[4] = vec4[](vec4(0.0), vec4(0.0), vec4(0.0), vec4(0.0));
  if (CONTINUED != 0 && mine) {
    [[unroll]] for (uint r = 0; r < 4; ++r) sums[r] = kept_sums(min(my_row + r, rows - 1), my_k);
  }
  // While a tile is multiplied, the loads of the next one are under way.
  const uint steps = (params.bound_rows + DEPTH - 1) / DEPTH;
  for (uint step = 0; step <= steps; ++step) {
    if (step < steps) fetch(step, fetched_row, first_k);
    if (step > 0) multiply(sums);
    barrier();
    place();
    barrier();
  }
  [[unroll]] for (uint r = 0; r < 4; ++r) {
    if (my_row + r < rows && mine) store_sums(my_row + r, my_k, sums[r]);
  }
}
