// SPDX-License-Identifier: Apache-2.0
//! op    top_k   the k largest of the first `limit` values of each row, descending      one workgroup per row
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
layout(binding = 1, scalar) writeonly buffer Values { float values[]; };
layout(binding = 2, scalar) writeonly buffer Ids { uint ids[]; };
layout(push_constant, scalar) uniform Block { SelectParams params; };

Candidate candidate(uint row, uint col) {
  return Candidate(without_nan(X_LOAD(x[row * params.cols + col])), col);
}

// Invocation i owns columns i, i + LOCAL_SIZE, … and keeps the first of them that is not chosen yet. After each
// choice all invocations together look through the owner's columns for its next one.
void main() {
  const uint row = flat_group();
  if (row >= live_count(params.first_row, params.rows)) return;
  Candidate own = NO_CANDIDATE;
  for (uint col = gl_LocalInvocationIndex; col < params.limit; col += LOCAL_SIZE) {
    const Candidate next = candidate(row, col);
    if (comes_before(next, own)) own = next;
  }
  for (uint rank = 0; rank < params.k; ++rank) {
    const Candidate chosen = group_first(own);
    if (gl_LocalInvocationIndex == 0) {
      values[row * params.k + rank] = chosen.value;
      ids[row * params.k + rank] = chosen.column;
    }
    const uint owner = chosen.column % LOCAL_SIZE;
    Candidate remaining = NO_CANDIDATE;
    for (uint col = owner + gl_LocalInvocationIndex * LOCAL_SIZE; col < params.limit; col += LOCAL_SIZE * LOCAL_SIZE) {
      const Candidate next = candidate(row, col);
      if (comes_before(chosen, next) && comes_before(next, remaining)) remaining = next;
    }
    remaining = group_first(remaining);
    if (gl_LocalInvocationIndex == owner) own = remaining;
  }
}
