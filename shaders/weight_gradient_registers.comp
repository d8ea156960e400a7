// SPDX-License-Identifier: Apache-2.0
//! op    weight_gradient_registers   y = dyᵀ · x in f32, in registers only
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 8 16 32 64
//! tune  ROWS 16 32 8 4
//! tune  DEPTH 8 4
//! tune  RAGGED 0 1
//! tune  RAGGED_OUT 0 1
//! tune  ADDS 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "weight_gradient_registers.glsl"

void main() {
  multiply();
}
