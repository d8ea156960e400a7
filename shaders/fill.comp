// SPDX-License-Identifier: Apache-2.0
//! op    fill   y = value everywhere      four elements an invocation
//! axis  Y f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "flat.glsl"

layout(binding = 0, scalar) writeonly buffer Output { Y_SCALAR y[]; };
layout(binding = 0, scalar) writeonly buffer Output4 { Y_VEC4 y4[]; };
layout(push_constant, scalar) uniform Block { FillParams params; };

void fill_four(uint quad) {
  y4[quad] = Y_STORE4(vec4(params.value));
}

void fill_one(uint element) {
  y[element] = Y_STORE(params.value);
}

FLAT_MAIN(fill_four, fill_one)
