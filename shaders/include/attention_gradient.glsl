// SPDX-License-Identifier: Apache-2.0
// What both gradient kernels of attention share. An invocation owns ROWS rows of one head (of queries, or of keys)
// and walks the rows of the other side; PARTS neighbouring lanes of a subgroup share the columns of a head, SPLITS
// of these share the rows that are walked.
//   software: PARTS = SPLITS = 1, lanes are own rows, and the walked rows have uniform addresses
//   GPU:      PARTS lanes read a row together, SPLITS keep enough of them in flight
// A sum over walked rows has an order of its own for each choice of SPLITS, so results repeat bit for bit.
#ifndef LAPILLI_ATTENTION_GRADIENT_GLSL
#define LAPILLI_ATTENTION_GRADIENT_GLSL

#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "types.glsl"
#include "groups.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 8;
layout(constant_id = 1) const uint HEAD_DIM = 64;
layout(constant_id = 2) const uint ROWS = 1;
layout(constant_id = 3) const uint PARTS = 1;
layout(constant_id = 4) const uint SPLITS = 1;

layout(push_constant, scalar) uniform Block { AttentionParams params; };

const uint QUADS = HEAD_DIM / 4;
const uint SLICE = QUADS / PARTS;

shared vec4 parked[SPLITS > 1 ? SPLITS * QUADS : 1];

// Where this invocation works: a head, the rows of its workgroup, the first of its own rows.
struct Place {
  uint head;
  uint begin;
  uint end;
  uint mine;
  uint part;
  uint split;
};

Place place() {
  // A workgroup's invocations need not lie in subgroups in order of their index.
  const uint lane =
      PARTS == 1 ? gl_LocalInvocationIndex : gl_SubgroupID * gl_SubgroupSize + gl_SubgroupInvocationID;
  const uint group_rows = SPLITS > 1 ? ROWS : LOCAL_SIZE * ROWS;
  const uint blocks = (params.rows + group_rows - 1) / group_rows;
  Place at;
  at.head = flat_group() / blocks;
  at.begin = flat_group() % blocks * group_rows;
  at.end = min(at.begin + group_rows, params.rows);
  at.mine = SPLITS > 1 ? at.begin : at.begin + lane * ROWS;
  at.part = PARTS == 1 ? 0 : lane % PARTS;
  at.split = SPLITS == 1 ? 0 : lane / PARTS;
  return at;
}

uint sequence_begin(uint row) {
  return row - row % params.sequence_rows;
}

uint sequence_end(uint row) {
  return min(sequence_begin(row) + params.sequence_rows, params.rows);
}

// Sums of four columns each become the sum of all columns of the head.
float sum_of_columns(vec4 columns) {
  float sum = (columns.x + columns.y) + (columns.z + columns.w);
  [[unroll]] for (uint mask = 1; mask < PARTS; mask <<= 1) sum += subgroupShuffleXor(sum, mask);
  return sum;
}

vec4 sum_of_parked(uint quad) {
  vec4 sum = parked[quad];
  for (uint split = 1; split < SPLITS; ++split) sum += parked[split * QUADS + quad];
  return sum;
}

// Writes factor · own[r] to the rows of result[], which have `heads` heads; all invocations of the workgroup arrive.
#define STORE_ROWS(result, own, heads, factor)                                                      \
  [[unroll]] for (uint r = 0; r < ROWS; ++r) {                                                      \
    const uint row = at.mine + r;                                                                   \
    const uint start = (row * (heads) + at.head) * QUADS;                                           \
    if (SPLITS > 1) {                                                                               \
      barrier();                                                                                    \
      [[unroll]] for (uint d = 0; d < SLICE; ++d) {                                                 \
        parked[at.split * QUADS + at.part + d * PARTS] = own[r][d];                                 \
      }                                                                                             \
      barrier();                                                                                    \
      for (uint quad = gl_LocalInvocationIndex; quad < QUADS && row < at.end; quad += LOCAL_SIZE) { \
        result[start + quad] = X_STORE4((factor) * sum_of_parked(quad));                            \
      }                                                                                             \
    } else if (row < at.end) {                                                                      \
      [[unroll]] for (uint d = 0; d < SLICE; ++d) {                                                 \
        result[start + at.part + d * PARTS] = X_STORE4((factor) * own[r][d]);                       \
      }                                                                                             \
    }                                                                                               \
  }

#endif
