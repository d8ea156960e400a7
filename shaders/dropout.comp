// SPDX-License-Identifier: Apache-2.0
//! op    dropout   y = kept(seed, salt, element) ? factor · x : 0      four consecutive elements an invocation
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 1, scalar) readonly buffer Seed { uint seed[]; };
layout(binding = 2, scalar) writeonly buffer Output { X_SCALAR y[]; };
layout(push_constant, scalar) uniform Block { DropoutParams params; };

// A permutation of 32 bits with good mixing. Source: O'Neill 2014, PCG RXS-M-XS; Jarzynski and Olano 2020.
uint mixed(uint value) {
  const uint state = value * 747796405u + 2891336453u;
  const uint word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737u;
  return (word >> 22) ^ word;
}

void main() {
  const uint first = (flat_group() * LOCAL_SIZE + gl_LocalInvocationIndex) * 4;
  const uint key = params.threshold == 0 ? 0 : mixed(mixed(seed[0]) ^ params.salt);
  for (uint i = first; i < min(first + 4, params.elements); ++i) {
    // Values below the threshold, of all 2^32, are left out.
    const bool kept = params.threshold == 0 || mixed(key ^ mixed(params.first_element + i)) >= params.threshold;
    y[i] = X_STORE(kept ? X_LOAD(x[i]) * params.factor : 0.0);
  }
}
