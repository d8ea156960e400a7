// SPDX-License-Identifier: Apache-2.0
//! op    column_panels   columns of x in panels of OCTETS · 8, each panel row by row, in f32      on a processor
//! axis  X f32 f16 bf16
//! tune  OCTETS 1 2 4
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "types.glsl"
#include "params.h"
#include "groups.glsl"
#include "octets.glsl"

layout(local_size_x = 8) in;
layout(constant_id = 0) const uint OCTETS = 1;  // of a panel's row
const uint ROWS = 8;                            // of a workgroup
const uint STEP_OCTETS = 4;                     // a multiple of OCTETS

layout(binding = 0, scalar) readonly restrict buffer Input { X_SCALAR x[]; };
layout(binding = 1, scalar) writeonly restrict buffer Output { float y[]; };
layout(push_constant, scalar) uniform Block {
  ColumnPanelsParams params;
  uint64_t x_address;
};

void store(uint row, uint octet, float value) {
  const uint place = (octet / OCTETS * params.rows + row) * OCTETS + octet % OCTETS;
  y[place * 8 + gl_SubgroupInvocationID] = value;
}

// Whole steps. Rows are read from end to end: memory is fastest so. A processor may read a step even where no lane
// takes part: inside the row, which is that long.
void copy_steps(uint row, uint octets) {
  const uint column = min(params.first_column, params.pitch - STEP_OCTETS * 8);
  const uint64_t start = x_address + uint64_t(row * params.pitch + column) * X_BYTES;
  uint octet = 0;
  do {
    [[unroll]] for (uint i = 0; i < STEP_OCTETS; ++i) {
      store(row, octet + i, X_OCTET(start + octet * 8 * X_BYTES + i * 8 * X_BYTES));
    }
    octet += STEP_OCTETS;
  } while (octet < octets);
}

// The columns behind whole steps; what lies beyond the last repeats it.
void copy_rest(uint row, uint octet) {
  [[unroll]] for (uint i = 0; i < STEP_OCTETS; ++i) {
    const uint column = min((octet + i) * 8 + gl_SubgroupInvocationID, params.columns - 1);
    store(row, octet + i, X_LOAD(x[row * params.pitch + params.first_column + column]));
  }
}

void main() {
  uint row = flat_group() * ROWS;
  const uint end = min(row + ROWS, params.rows);
  if (row >= end) return;
  const uint octets = params.columns / (STEP_OCTETS * 8) * STEP_OCTETS;
  do {
    if (octets > 0) copy_steps(row, octets);
    if (octets * 8 < params.columns) copy_rest(row, octets);
    ++row;
  } while (row < end);
}
