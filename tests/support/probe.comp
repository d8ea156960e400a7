// SPDX-License-Identifier: Apache-2.0
//! op    probe   y[i] = x[i] · factor + group size, for the tests of engine/gpu
//! tune  LOCAL_SIZE 32 8 64
#version 460
#extension GL_EXT_scalar_block_layout : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 32;

layout(set = 0, binding = 0, scalar) readonly buffer X { float x[]; };
layout(set = 0, binding = 1, scalar) writeonly buffer Y { float y[]; };
layout(push_constant) uniform Params {
  uint count;
  float factor;
};

void main() {
  const uint i = gl_GlobalInvocationID.x;
  if (i < count) y[i] = x[i] * factor + float(LOCAL_SIZE);
}
