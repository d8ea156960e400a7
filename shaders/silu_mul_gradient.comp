// SPDX-License-Identifier: Apache-2.0
//! op    silu_mul_gradient   dgate = dy · up · silu′(gate), dup = dy · silu(gate)      four elements an invocation
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 128
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "activations.glsl"
#include "elementwise.glsl"

layout(binding = 0, scalar) readonly buffer Gate { X_SCALAR gate[]; };
layout(binding = 0, scalar) readonly buffer Gate4 { X_VEC4 gate4[]; };
layout(binding = 1, scalar) readonly buffer Up { X_SCALAR up[]; };
layout(binding = 1, scalar) readonly buffer Up4 { X_VEC4 up4[]; };
layout(binding = 2, scalar) readonly buffer Upstream { X_SCALAR dy[]; };
layout(binding = 2, scalar) readonly buffer Upstream4 { X_VEC4 dy4[]; };
layout(binding = 3, scalar) writeonly buffer GateGradient { X_SCALAR dgate[]; };
layout(binding = 3, scalar) writeonly buffer GateGradient4 { X_VEC4 dgate4[]; };
layout(binding = 4, scalar) writeonly buffer UpGradient { X_SCALAR dup[]; };
layout(binding = 4, scalar) writeonly buffer UpGradient4 { X_VEC4 dup4[]; };

void main() {
  const uint count = live_count(params.first_row, params.rows) * params.cols;
  const uint quad = flat_invocation(LOCAL_SIZE);
  if (quad * 4u + 4u <= count) {
    const vec4 g = X_LOAD4(gate4[quad]);
    const vec4 upstream = X_LOAD4(dy4[quad]);
    dgate4[quad] = X_STORE4(upstream * X_LOAD4(up4[quad]) * silu_derivative(g));
    dup4[quad] = X_STORE4(upstream * silu(g));
    return;
  }
  for (uint element = quad * 4u; element < count; ++element) {
    const vec4 g = vec4(X_LOAD(gate[element]));
    const float upstream = X_LOAD(dy[element]);
    dgate[element] = X_STORE(upstream * X_LOAD(up[element]) * silu_derivative(g).x);
    dup[element] = X_STORE(upstream * silu(g).x);
  }
}
