// SPDX-License-Identifier: Apache-2.0
// A product of 64 × 64 results through shared memory, for workgroups of 256 invocations: tiles of both factors, 32
// steps of the sum deep, and the 4 × 4 results of an invocation.
#ifndef LAPILLI_TILE_GLSL
#define LAPILLI_TILE_GLSL

#extension GL_EXT_control_flow_attributes : require

const uint TILE = 64;
const uint DEPTH = 32;
// One quad of padding spreads the rows over the banks.
shared vec4 row_tile[DEPTH][TILE / 4 + 1];
shared vec4 column_tile[DEPTH][TILE / 4 + 1];

// Which results an invocation has: rows and columns 4·quad … 4·quad + 3 of the tile.
uint quad_of_rows() {
  return gl_LocalInvocationID.x / 16;
}

uint quad_of_columns() {
  return gl_LocalInvocationID.x % 16;
}

// Adds the products of what lies in the tiles, step by step.
void multiply(inout vec4 sums[4]) {
  [[dont_unroll]] for (uint first = 0; first < DEPTH; first += 4) {
    [[unroll]] for (uint i = 0; i < 4; ++i) {
      const vec4 rows = row_tile[first + i][quad_of_rows()];
      const vec4 columns = column_tile[first + i][quad_of_columns()];
      [[unroll]] for (uint r = 0; r < 4; ++r) sums[r] = fma(vec4(rows[r]), columns, sums[r]);
    }
  }
}

#endif
