// SPDX-License-Identifier: Apache-2.0
//! op    accumulate   sum += x      four elements an invocation
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "flat.glsl"

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 0, scalar) readonly buffer Input4 { X_VEC4 x4[]; };
layout(binding = 1, scalar) buffer Sum { float sum[]; };
layout(binding = 1, scalar) buffer Sum4 { vec4 sum4[]; };
layout(push_constant, scalar) uniform Block { FlatParams params; };

void add_four(uint quad) {
  sum4[quad] += X_LOAD4(x4[quad]);
}

void add_one(uint element) {
  sum[element] += X_LOAD(x[element]);
}

FLAT_MAIN(add_four, add_one)
