// SPDX-License-Identifier: Apache-2.0
//! op    linear_registers   y = activation(x · weightᵀ + bias) + residual, or silu(x · gateᵀ) · (x · upᵀ), in registers only
//! axis  X f32 f16 bf16
//! axis  W f32 f16 bf16 q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq4_nl iq4_xs
//! tune  LOCAL_SIZE 8 16 32 64
//! tune  ROWS 16 8 4 2 1
//! tune  COLUMNS 4 8 2 1
//! tune  OCTETS 1 4
//! tune  GROUPS 1 2
//! tune  READ_AHEAD 0 1
//! tune  RAGGED 0 1
//! tune  ACTIVATION 0 1 2 3
#version 460
#extension GL_GOOGLE_include_directive : require
#include "linear_registers.glsl"

void main() {
  multiply();
}
