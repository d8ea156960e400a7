// SPDX-License-Identifier: Apache-2.0
//! op    gelu_erf   y = 0.5 · x · (1 + erf(x / √2))      four elements an invocation
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "activations.glsl"
#include "elementwise.glsl"

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 0, scalar) readonly buffer Input4 { X_VEC4 x4[]; };
layout(binding = 1, scalar) writeonly buffer Output { X_SCALAR y[]; };
layout(binding = 1, scalar) writeonly buffer Output4 { X_VEC4 y4[]; };

vec4 compute4(uint quad) {
  return gelu_erf(X_LOAD4(x4[quad]));
}

float compute(uint element) {
  return gelu_erf(vec4(X_LOAD(x[element]))).x;
}

ELEMENTWISE_MAIN(X)
