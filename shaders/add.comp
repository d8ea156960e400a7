// SPDX-License-Identifier: Apache-2.0
//! op    add   y = a + b, b repeated as often as a has room for it      four elements an invocation
//! axis  A f32 f16 bf16
//! axis  B f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "elementwise.glsl"

layout(binding = 0, scalar) readonly buffer First { A_SCALAR a[]; };
layout(binding = 0, scalar) readonly buffer First4 { A_VEC4 a4[]; };
layout(binding = 1, scalar) readonly buffer Second { B_SCALAR b[]; };
layout(binding = 1, scalar) readonly buffer Second4 { B_VEC4 b4[]; };
layout(binding = 2, scalar) writeonly buffer Output { A_SCALAR y[]; };
layout(binding = 2, scalar) writeonly buffer Output4 { A_VEC4 y4[]; };

float second(uint element) {
  return B_LOAD(b[params.period == 0u ? element : (element + params.period_offset) % params.period]);
}

vec4 second4(uint quad) {
  if (params.period == 0u) return B_LOAD4(b4[quad]);
  const uint element = quad * 4u;
  return vec4(second(element), second(element + 1u), second(element + 2u), second(element + 3u));
}

vec4 compute4(uint quad) {
  return A_LOAD4(a4[quad]) + second4(quad);
}

float compute(uint element) {
  return A_LOAD(a[element]) + second(element);
}

ELEMENTWISE_MAIN(A)
