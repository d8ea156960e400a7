// SPDX-License-Identifier: Apache-2.0
// Sums of products for a processor whose subgroups of eight lanes load eight neighbours at once (octets.glsl):
//   sums[r][i] += number of type X at factors + r's offset + step · factor_stride, the same in all lanes
//                 · octet i of row `step` of a panel of f32 (column_panels.comp)
// Sixteen sums stay in its registers with what they are made of. Each is added in the order of the steps. Rows of a
// panel lie one behind the other: rows of a matrix, some KiB apart, would drive each other out of the cache.
#ifndef LAPILLI_OCTET_SUMS_GLSL
#define LAPILLI_OCTET_SUMS_GLSL

#extension GL_EXT_control_flow_attributes : require
#include "octets.glsl"

layout(local_size_x = 8) in;
layout(constant_id = 0) const uint ROWS = 4;
layout(constant_id = 1) const uint OCTETS = 4;
layout(constant_id = 2) const uint DEPTH = 32;  // steps that are unrolled; there are at least so many
layout(constant_id = 3) const uint BLOCK = 32;  // rows of a workgroup, a multiple of ROWS

const uint PANEL_ROW_BYTES = OCTETS * 8 * 4;

layout(buffer_reference, scalar, buffer_reference_align = X_BYTES) readonly restrict buffer NumberReference {
  X_SCALAR number;
};

float number_at(uint64_t address) {
  return X_LOAD(NumberReference(address).number);
}

struct Factors {
  uint64_t first;
  uint stride;
  uint offsets[ROWS];
};

// `steps` is a multiple of `depth`, not 0. The loop ends behind its body: a processor runs what follows a break once
// more with no lane left, and reads what no lane may read. A step is long: at its end each sum is written under the
// mask of the lanes that go on.
void add_steps(Factors factors, uint64_t panel, uint first, uint steps, const uint depth,
               inout float sums[ROWS][OCTETS]) {
  uint64_t factor = factors.first + uint64_t(first) * factors.stride;
  uint64_t vector = panel + uint64_t(first) * PANEL_ROW_BYTES;
  const uint64_t end = vector + uint64_t(steps) * PANEL_ROW_BYTES;
  do {
    [[unroll]] for (uint step = 0; step < depth; ++step) {
      float octets[OCTETS];
      [[unroll]] for (uint i = 0; i < OCTETS; ++i) {
        octets[i] = f32_octet(vector + step * PANEL_ROW_BYTES + i * 8 * 4);
      }
      [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        const float number = number_at(factor + step * factors.stride + factors.offsets[r]);
        [[unroll]] for (uint i = 0; i < OCTETS; ++i) sums[r][i] = fma(number, octets[i], sums[r][i]);
      }
    }
    factor += depth * factors.stride;
    vector += depth * PANEL_ROW_BYTES;
  } while (vector < end);
}

// What lies beyond the last whole number of `depth` is added step by step. Without such a rest, no lane takes part.
void add_products(Factors factors, uint64_t panel, uint steps, inout float sums[ROWS][OCTETS]) {
  const uint whole = steps / DEPTH * DEPTH;
  if (whole > 0) add_steps(factors, panel, 0, whole, DEPTH, sums);
  if (whole < steps) add_steps(factors, panel, min(whole, steps - 1), steps - whole, 1, sums);
}

#endif
