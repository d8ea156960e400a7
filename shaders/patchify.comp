// SPDX-License-Identifier: Apache-2.0
//! op    patchify   rows of patches [patches, channels·patch·patch] from an image      one run of pixels an invocation
//! axis  Y f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;

layout(binding = 0, scalar) readonly buffer Image { float image[]; };
layout(binding = 1, scalar) writeonly buffer Output { Y_SCALAR y[]; };
layout(push_constant, scalar) uniform Block { PatchifyParams params; };

void main() {
  const uint run = flat_invocation(LOCAL_SIZE);
  if (run >= params.runs) return;
  const uint size = params.patch_size;
  const uint patches_y = params.height / size, patches_x = params.width / size;
  // run = (((image · patches_y + patch_y) · patches_x + patch_x) · channels + channel) · size + line
  uint rest = run;
  const uint line = rest % size;
  rest /= size;
  const uint channel = rest % params.channels;
  rest /= params.channels;
  const uint patch_x = rest % patches_x;
  rest /= patches_x;
  const uint patch_y = rest % patches_y;
  const uint plane = rest / patches_y * params.channels + channel;
  const uint source = (plane * params.height + patch_y * size + line) * params.width + patch_x * size;
  for (uint pixel = 0; pixel < size; ++pixel) y[run * size + pixel] = Y_STORE(image[source + pixel]);
}
