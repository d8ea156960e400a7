// SPDX-License-Identifier: Apache-2.0
//! op    gather_rows   y[r] = table[index[r]], zeros for an index outside the table      four elements an invocation
//! axis  T f32 f16 bf16
//! axis  Y f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "live.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;

layout(binding = 0, scalar) readonly buffer Table { T_SCALAR table[]; };
layout(binding = 1, scalar) readonly buffer Index { uint index[]; };
layout(binding = 2, scalar) writeonly buffer Output { Y_SCALAR y[]; };
layout(push_constant, scalar) uniform Block { GatherRowsParams params; };

void main() {
  const uint quads = (params.cols + 3u) / 4u;
  const uint invocation = flat_invocation(LOCAL_SIZE);
  const uint row = invocation / quads;
  if (row >= live_count(params.first_row, params.rows)) return;
  const uint source = index[row];
  const bool inside = source < params.whole_table_rows;
  // Each bound part of the table fills the rows it has; the first one also those that none has.
  const uint bound_row = source - params.first_table_row;
  if (inside ? bound_row >= params.table_rows : params.first_table_row != 0u) return;
  const uint first = (invocation % quads) * 4u;
  for (uint col = first; col < min(first + 4u, params.cols); ++col) {
    const float value = inside ? T_LOAD(table[bound_row * params.cols + col]) : 0.0;
    y[row * params.cols + col] = Y_STORE(value);
  }
}
