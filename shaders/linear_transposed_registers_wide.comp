// SPDX-License-Identifier: Apache-2.0
//! op    linear_transposed_registers_wide   linear_transposed_registers with loads of 64 bits
//! axis  X f32 f16 bf16
//! axis  W f32 f16 bf16 q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq4_nl iq4_xs
//! needs int64
//! tune  LOCAL_SIZE 8 16 32 64
//! tune  ROWS 16 32 8 4 2 1
//! tune  DEPTH 8 4
//! tune  READ_AHEAD 0 1
//! tune  RAGGED 0 1
//! tune  RAGGED_OUT 0 1
//! tune  CONTINUED 0 1
//! tune  UNFINISHED 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#define WIDE_LOADS
#include "linear_transposed_registers.glsl"

void main() {
  multiply();
}
