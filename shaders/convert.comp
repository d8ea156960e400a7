// SPDX-License-Identifier: Apache-2.0
//! op    convert   y = x in another storage type      four elements an invocation
//! axis  X f32 f16 bf16
//! axis  Y f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "elementwise.glsl"

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 0, scalar) readonly buffer Input4 { X_VEC4 x4[]; };
layout(binding = 1, scalar) writeonly buffer Output { Y_SCALAR y[]; };
layout(binding = 1, scalar) writeonly buffer Output4 { Y_VEC4 y4[]; };

vec4 compute4(uint quad) {
  return X_LOAD4(x4[quad]);
}

float compute(uint element) {
  return X_LOAD(x[element]);
}

ELEMENTWISE_MAIN(Y)
