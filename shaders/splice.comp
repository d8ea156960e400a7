// SPDX-License-Identifier: Apache-2.0
//! op    splice   y[r] = index[r] < 0 ? x[r] : replacement[index[r]]      four elements an invocation
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "live.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 1, scalar) readonly buffer Replacement { X_SCALAR replacement[]; };
layout(binding = 2, scalar) readonly buffer Index { int index[]; };
layout(binding = 3, scalar) writeonly buffer Output { X_SCALAR y[]; };
layout(push_constant, scalar) uniform Block { SpliceParams params; };

void main() {
  const uint quads = (params.cols + 3u) / 4u;
  const uint invocation = flat_invocation(LOCAL_SIZE);
  const uint row = invocation / quads;
  if (row >= live_count(params.first_row, params.rows)) return;
  const int source = index[row];
  const uint x_row = params.x_is_one_row != 0u ? 0u : row;
  const uint replacement_row = min(uint(max(source, 0)), params.replacement_rows - 1u);
  const uint first = (invocation % quads) * 4u;
  for (uint col = first; col < min(first + 4u, params.cols); ++col) {
    // Through f32 and back, which changes nothing: moving 16-bit values as they are takes 16-bit arithmetic.
    const float value = source < 0 ? X_LOAD(x[x_row * params.cols + col])
                                   : X_LOAD(replacement[replacement_row * params.cols + col]);
    y[row * params.cols + col] = X_STORE(value);
  }
}
