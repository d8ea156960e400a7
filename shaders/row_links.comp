// SPDX-License-Identifier: Apache-2.0
//! op    row_links   chains the rows of equal index in ascending order      one invocation per row
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;

layout(binding = 0, scalar) readonly buffer Index { int index[]; };
layout(binding = 1, scalar) writeonly buffer Links { uvec2 links[]; };  // 1 where a chain begins, the next row or `rows`
layout(push_constant, scalar) uniform Block { RowLinksParams params; };

void main() {
  const uint row = flat_invocation(LOCAL_SIZE);
  if (row >= params.rows) return;
  const int own = index[row];
  if (own < 0) {
    links[row] = uvec2(0u, params.rows);
    return;
  }
  uint before = 0u;
  while (before < row && index[before] != own) ++before;
  uint next = row + 1u;
  while (next < params.rows && index[next] != own) ++next;
  links[row] = uvec2(before == row ? 1u : 0u, next);
}
