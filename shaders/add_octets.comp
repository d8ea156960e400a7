// SPDX-License-Identifier: Apache-2.0
//! op    add_octets   y = a + b on a processor that loads octets
//! axis  X f32 f16 bf16
//! tune  SPAN 32
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "elementwise_octets.glsl"

layout(binding = 0, scalar) readonly buffer First { X_SCALAR a[]; };
layout(binding = 1, scalar) readonly buffer Second { X_SCALAR b[]; };
layout(binding = 2, scalar) writeonly buffer Output { X_SCALAR y[]; };
layout(push_constant, scalar) uniform Block {
  ElementwiseParams params;
  uint64_t a_address;
  uint64_t b_address;
};

void compute_octet(uint octet) {
  const uint64_t offset = uint64_t(octet) * 8 * X_BYTES;
  y[octet * 8 + gl_SubgroupInvocationID] = X_STORE(X_OCTET(a_address + offset) + X_OCTET(b_address + offset));
}

void compute_element(uint element) {
  y[element] = X_STORE(X_LOAD(a[element]) + X_LOAD(b[element]));
}

ELEMENTWISE_OCTETS_MAIN
