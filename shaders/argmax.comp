// SPDX-License-Identifier: Apache-2.0
//! op    argmax   column of the largest of the first `limit` values of each row      one workgroup per row
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 4 8 16 128 256
//! tune  ONE_SUBGROUP 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "live.glsl"
#include "params.h"
#include "candidates.glsl"

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 1, scalar) writeonly buffer Output { uint y[]; };
layout(push_constant, scalar) uniform Block { SelectParams params; };

void main() {
  const uint row = flat_group();
  if (row >= live_count(params.first_row, params.rows)) return;
  Candidate best = NO_CANDIDATE;
  for (uint col = gl_LocalInvocationIndex; col < params.limit; col += LOCAL_SIZE) {
    const Candidate next = Candidate(X_LOAD(x[row * params.cols + col]), col);
    if (!is_nan(next.value) && comes_before(next, best)) best = next;
  }
  best = group_first(best);
  if (gl_LocalInvocationIndex == 0) y[row] = best.column;
}
