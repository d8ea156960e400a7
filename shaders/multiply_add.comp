// SPDX-License-Identifier: Apache-2.0
//! op    multiply_add   y = x · 0.75 + 0.5, ROUNDS times one after the other: arithmetic alone      sixteen elements an invocation
//! tune  LOCAL_SIZE 64 8
//! tune  ROUNDS 2048 8192 24
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_EXT_scalar_block_layout : require
#include "groups.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;
layout(constant_id = 1) const uint ROUNDS = 2048;

layout(binding = 0, scalar) readonly buffer Input { vec4 x[]; };
layout(binding = 1, scalar) writeonly buffer Output { vec4 y[]; };
layout(push_constant, scalar) uniform Block { FlatParams params; };

const uint QUADS = 4;  // of an invocation: enough sums that wait for nothing
const uint STEPS = 8;  // rounds of one turn of the loop, so that the loop itself costs little

void main() {
  const uint first = flat_invocation(LOCAL_SIZE) * QUADS;
  if (first * 4 >= params.elements) return;
  vec4 values[QUADS];
  [[unroll]] for (uint quad = 0; quad < QUADS; ++quad) values[quad] = x[first + quad];
  for (uint round = 0; round < ROUNDS; round += STEPS) {
    [[unroll]] for (uint step = 0; step < STEPS; ++step) {
      [[unroll]] for (uint quad = 0; quad < QUADS; ++quad) {
        values[quad] = fma(values[quad], vec4(0.75), vec4(0.5));
      }
    }
  }
  [[unroll]] for (uint quad = 0; quad < QUADS; ++quad) y[first + quad] = values[quad];
}
