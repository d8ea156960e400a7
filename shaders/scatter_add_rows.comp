// SPDX-License-Identifier: Apache-2.0
//! op    scatter_add_rows   y[r] += Σ x[i] over the rows i of a chain that has index r      four columns an invocation
//! axis  X f32 f16 bf16
//! axis  Y f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 1, scalar) readonly buffer Index { uint index[]; };
layout(binding = 2, scalar) readonly buffer Links { uvec2 links[]; };  // of row_links
layout(binding = 3, scalar) buffer Output { Y_SCALAR y[]; };
layout(push_constant, scalar) uniform Block { ScatterRowsParams params; };

void main() {
  const uint quads = (params.cols + 3u) / 4u;
  const uint invocation = flat_invocation(LOCAL_SIZE);
  const uint first = invocation / quads;
  if (first >= params.rows || links[first].x == 0u) return;
  // An index before the bound part wraps around, and is not below its rows either.
  const uint result_row = index[first] - params.first_result_row;
  if (result_row >= params.result_rows) return;
  const uint col = (invocation % quads) * 4u;
  const uint count = min(4u, params.cols - col);
  vec4 sum = vec4(0.0);
  for (uint row = first; row < params.rows; row = links[row].y) {
    for (uint i = 0u; i < count; ++i) sum[i] += X_LOAD(x[row * params.cols + col + i]);
  }
  for (uint i = 0u; i < count; ++i) {
    const uint element = result_row * params.cols + col + i;
    y[element] = Y_STORE(Y_LOAD(y[element]) + sum[i]);
  }
}
