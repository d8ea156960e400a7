// SPDX-License-Identifier: Apache-2.0
//! op    silu_mul_gradient_octets   dgate = dy · up · silu′(gate), dup = dy · silu(gate) on a processor that loads octets
//! axis  X f32 f16 bf16
//! tune  SPAN 32
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "activations.glsl"
#include "elementwise_octets.glsl"

layout(binding = 0, scalar) readonly buffer Gate { X_SCALAR gate[]; };
layout(binding = 1, scalar) readonly buffer Up { X_SCALAR up[]; };
layout(binding = 2, scalar) readonly buffer Upstream { X_SCALAR dy[]; };
layout(binding = 3, scalar) writeonly buffer GateGradient { X_SCALAR dgate[]; };
layout(binding = 4, scalar) writeonly buffer UpGradient { X_SCALAR dup[]; };
layout(push_constant, scalar) uniform Block {
  ElementwiseParams params;
  uint64_t gate_address;
  uint64_t up_address;
  uint64_t dy_address;
};

void store(uint element, float own_gate, float own_up, float upstream) {
  const vec4 g = vec4(own_gate);
  dgate[element] = X_STORE(upstream * own_up * silu_derivative(g).x);
  dup[element] = X_STORE(upstream * silu(g).x);
}

void compute_octet(uint octet) {
  const uint64_t offset = uint64_t(octet) * 8 * X_BYTES;
  store(octet * 8 + gl_SubgroupInvocationID, X_OCTET(gate_address + offset), X_OCTET(up_address + offset),
        X_OCTET(dy_address + offset));
}

void compute_element(uint element) {
  store(element, X_LOAD(gate[element]), X_LOAD(up[element]), X_LOAD(dy[element]));
}

ELEMENTWISE_OCTETS_MAIN
