// SPDX-License-Identifier: Apache-2.0
//! op    zeros   y = 0      four elements an invocation
//! axis  Y f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "elementwise.glsl"

layout(binding = 0, scalar) writeonly buffer Output { Y_SCALAR y[]; };
layout(binding = 0, scalar) writeonly buffer Output4 { Y_VEC4 y4[]; };

vec4 compute4(uint quad) {
  return vec4(0.0);
}

float compute(uint element) {
  return 0.0;
}

ELEMENTWISE_MAIN(Y)
