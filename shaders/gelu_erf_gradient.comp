// SPDX-License-Identifier: Apache-2.0
//! op    gelu_erf_gradient   dx = dy · gelu_erf′(x)      four elements an invocation
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "activations.glsl"
#include "elementwise.glsl"

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 0, scalar) readonly buffer Input4 { X_VEC4 x4[]; };
layout(binding = 1, scalar) readonly buffer Upstream { X_SCALAR dy[]; };
layout(binding = 1, scalar) readonly buffer Upstream4 { X_VEC4 dy4[]; };
layout(binding = 2, scalar) writeonly buffer Output { X_SCALAR y[]; };
layout(binding = 2, scalar) writeonly buffer Output4 { X_VEC4 y4[]; };

vec4 compute4(uint quad) {
  return X_LOAD4(dy4[quad]) * gelu_erf_derivative(X_LOAD4(x4[quad]));
}

float compute(uint element) {
  return X_LOAD(dy[element]) * gelu_erf_derivative(vec4(X_LOAD(x[element]))).x;
}

ELEMENTWISE_MAIN(X)
