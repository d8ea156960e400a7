// SPDX-License-Identifier: Apache-2.0
//! op    norm_weight_gradient   y[chunk, c] = Σ dy[r, c] · (x[r, c] − mean[r]) · scale[r]      four columns an invocation
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 8 32
//! tune  RAGGED 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;
layout(constant_id = 1) const uint RAGGED = 0;  // the columns are not whole quads

layout(binding = 0, scalar) readonly buffer Input { X_SCALAR x[]; };
layout(binding = 0, scalar) readonly buffer Input4 { X_VEC4 x4[]; };
layout(binding = 1, scalar) readonly buffer Upstream { X_SCALAR dy[]; };
layout(binding = 1, scalar) readonly buffer Upstream4 { X_VEC4 dy4[]; };
layout(binding = 2, scalar) readonly buffer Statistics { vec2 statistics[]; };  // of norm_statistics
layout(binding = 3, scalar) writeonly buffer Output { float y[]; };
layout(push_constant, scalar) uniform Block { NormWeightGradientParams params; };

void main() {
  const uint quads = (params.cols + 3u) / 4u;
  const uint chunk = flat_invocation(LOCAL_SIZE) / quads;
  const uint col = flat_invocation(LOCAL_SIZE) % quads * 4u;
  const uint first_row = chunk * params.chunk_rows;
  if (first_row >= params.rows) return;
  const uint count = min(4u, params.cols - col);
  vec4 sum = vec4(0.0);
  for (uint row = first_row; row < min(first_row + params.chunk_rows, params.rows); ++row) {
    const uint start = row * params.cols + col;
    vec4 value = vec4(0.0), upstream = vec4(0.0);
    if (RAGGED == 0u) {
      value = X_LOAD4(x4[start / 4u]);
      upstream = X_LOAD4(dy4[start / 4u]);
    } else {
      for (uint i = 0u; i < count; ++i) {
        value[i] = X_LOAD(x[start + i]);
        upstream[i] = X_LOAD(dy[start + i]);
      }
    }
    sum = fma(upstream, (value - statistics[row].x) * statistics[row].y, sum);
  }
  for (uint i = 0u; i < count; ++i) y[(params.first_chunk + chunk) * params.cols + col + i] = sum[i];
}
