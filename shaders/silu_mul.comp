// SPDX-License-Identifier: Apache-2.0
//! op    silu_mul   y = gate / (1 + e^−gate) · up      four elements an invocation
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "activations.glsl"
#include "elementwise.glsl"

layout(binding = 0, scalar) readonly buffer Gate { X_SCALAR gate[]; };
layout(binding = 0, scalar) readonly buffer Gate4 { X_VEC4 gate4[]; };
layout(binding = 1, scalar) readonly buffer Up { X_SCALAR up[]; };
layout(binding = 1, scalar) readonly buffer Up4 { X_VEC4 up4[]; };
layout(binding = 2, scalar) writeonly buffer Output { X_SCALAR y[]; };
layout(binding = 2, scalar) writeonly buffer Output4 { X_VEC4 y4[]; };

vec4 compute4(uint quad) {
  return silu(X_LOAD4(gate4[quad])) * X_LOAD4(up4[quad]);
}

float compute(uint element) {
  return silu(vec4(X_LOAD(gate[element]))).x * X_LOAD(up[element]);
}

ELEMENTWISE_MAIN(X)
