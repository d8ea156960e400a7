// SPDX-License-Identifier: Apache-2.0
//! op    gather_rows   y[r] = table[index[r]], zeros for an index outside the table      eight elements an invocation
//! axis  W f32 f16 bf16 q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq4_nl iq4_xs
//! axis  Y f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
//! tune  RAGGED 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "live.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;
layout(constant_id = 1) const uint RAGGED = 0;  // 1: rows that are not a multiple of 32 long

#define WEIGHT_BINDING 0
#include "quant.glsl"

layout(binding = 1, scalar) readonly buffer Index { uint index[]; };
layout(binding = 2, scalar) writeonly buffer Output { Y_SCALAR y[]; };
layout(push_constant, scalar) uniform Block { GatherRowsParams params; };

void main() {
  const uint octets = (params.cols + 7u) / 8u;
  const uint invocation = flat_invocation(LOCAL_SIZE);
  const uint row = invocation / octets;
  if (row >= live_count(params.first_row, params.rows)) return;
  const uint source = index[row];
  const bool inside = source < params.whole_table_rows;
  // Each bound part of the table fills the rows it has; the first one also those that none has.
  const uint bound_row = source - params.first_table_row;
  if (inside ? bound_row >= params.table_rows : params.first_table_row != 0u) return;
  const uint octet = invocation % octets;
  vec4 low = vec4(0.0), high = vec4(0.0);
  if (inside) weight_octet(weight_group(bound_row, octet / 4u, params.cols), octet % 4u, low, high);
  const uint first = row * params.cols + octet * 8u;
  const uint count = min(params.cols - octet * 8u, 8u);
  for (uint i = 0; i < count; ++i) y[first + i] = Y_STORE(i < 4u ? low[i] : high[i - 4u]);
}
