// SPDX-License-Identifier: Apache-2.0
//! op    row_links   chains the rows of equal index in ascending order      one invocation per row
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "types.glsl"
#include "groups.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;
const uint STEP = 8;

layout(binding = 0, scalar) readonly buffer Index { int index[]; };
layout(binding = 1, scalar) writeonly buffer Links { uvec2 links[]; };  // 1 where a chain begins, the next row or `rows`
layout(push_constant, scalar) uniform Block { RowLinksParams params; };

// All invocations compare their rows with the same one at a time, so that one load serves them all.
void main() {
  const uint row = flat_invocation(LOCAL_SIZE);
  if (row >= params.rows) return;
  const int own = index[row];
  uint first = row, next = params.rows;
  for (uint start = 0; start < params.rows; start += STEP) {
    [[unroll]] for (uint i = 0; i < STEP; ++i) {
      const uint other = min(start + i, params.rows - 1);
      const bool equal = index[other] == own;
      first = equal ? min(first, other) : first;
      next = equal && other > row ? min(next, other) : next;
    }
  }
  links[row] = own < 0 ? uvec2(0u, params.rows) : uvec2(first == row ? 1u : 0u, next);
}
