// SPDX-License-Identifier: Apache-2.0
// What both gradient kernels of attention share on a processor that loads octets. A subgroup owns one row of a head (of
// queries, or of keys), of which lane i holds columns i, i + 8, i + 16 …, and walks the rows of the other side, eight at
// a time: lane k then has what belongs to row start + k.
#ifndef LAPILLI_ATTENTION_GRADIENT_OCTETS_GLSL
#define LAPILLI_ATTENTION_GRADIENT_OCTETS_GLSL

#extension GL_EXT_control_flow_attributes : require
#include "types.glsl"
#include "groups.glsl"
#include "octets.glsl"
#include "params.h"

layout(local_size_x = 8) in;
layout(constant_id = 0) const uint HEAD_DIM = 64;  // a multiple of 8
const uint OCTETS = HEAD_DIM / 8;
const uint WALKED = 8;
const uint BLOCK = 8;  // rows of a workgroup, one after the other

// The owned row of both operands: of queries and their upstream, or of keys and values.
float first_own[OCTETS];
float second_own[OCTETS];

// Rows of both operands on the other side, so many bytes apart.
struct Walk {
  uint64_t first;
  uint64_t second;
  uint pitch;
  uint count;  // not 0
};

uint64_t bytes_to(Walk walk, uint row) {
  return uint64_t(min(row, walk.count - 1)) * walk.pitch;
}

// Lane k: products of the owned row with rows start + k of the other side, of the first operands and of the second.
void products_with(Walk walk, uint start, out float of_first, out float of_second) {
  float first_sums[WALKED], second_sums[WALKED];
  [[unroll]] for (uint k = 0; k < WALKED; ++k) {
    const uint64_t row = bytes_to(walk, start + k);
    first_sums[k] = 0.0;
    second_sums[k] = 0.0;
    [[unroll]] for (uint d = 0; d < OCTETS; ++d) {
      first_sums[k] = fma(first_own[d], X_OCTET(walk.first + row + d * 8 * X_BYTES), first_sums[k]);
      second_sums[k] = fma(second_own[d], X_OCTET(walk.second + row + d * 8 * X_BYTES), second_sums[k]);
    }
  }
  of_first = sum_of_columns(first_sums);
  of_second = sum_of_columns(second_sums);
}

// sums += Σ over k: lane k's weight · row start + k at `rows`
void add_weighted(uint64_t rows, Walk walk, uint start, float weight, inout float sums[OCTETS]) {
  [[unroll]] for (uint k = 0; k < WALKED; ++k) {
    const uint64_t row = rows + bytes_to(walk, start + k);
    const float factor = subgroupBroadcast(weight, k);
    [[unroll]] for (uint d = 0; d < OCTETS; ++d) sums[d] = fma(factor, X_OCTET(row + d * 8 * X_BYTES), sums[d]);
  }
}

uint64_t bytes_of_row(uint row, uint heads, uint head) {
  return uint64_t((row * heads + head) * HEAD_DIM) * X_BYTES;
}

#endif
