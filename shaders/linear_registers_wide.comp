// SPDX-License-Identifier: Apache-2.0
//! op    linear_registers_wide   linear_registers with loads of 64 bits, where the weight is made of such
//! axis  X f32 f16 bf16
//! axis  W f32 f16 bf16
//! needs int64
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
#define WIDE_LOADS
#include "linear_registers.glsl"

void main() {
  multiply();
}
