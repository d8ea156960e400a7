// SPDX-License-Identifier: Apache-2.0
// What reaches linear from behind, for both of its gradients: the parameters, and dy. Needs the axis X and the constant
// RAGGED_OUT, 1 when quads of dy aren't aligned: out_dim, first_row or bound_rows is not a multiple of 4.
#ifndef LAPILLI_UPSTREAM_GLSL
#define LAPILLI_UPSTREAM_GLSL

#include "types.glsl"
#include "params.h"

// A processor checks each scalar load: half as many of 64 bits are faster. WIDE_LOADS asks for them.
#ifdef WIDE_LOADS
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#if X == DTYPE_f32
#define GRADIENT_QUAD u64vec2
#define UNPACK_GRADIENT(value) uintBitsToFloat(uvec4(unpack32((value).x), unpack32((value).y)))
#else
#define GRADIENT_QUAD uint64_t
#define UNPACK_GRADIENT(value) X_LOAD4(unpack32(value))
#endif
#else
#define GRADIENT_QUAD X_VEC4
#define UNPACK_GRADIENT(value) X_LOAD4(value)
#endif

layout(binding = 0, scalar) readonly restrict buffer Gradient { GRADIENT_QUAD dy_quads[]; };
layout(binding = 0, scalar) readonly restrict buffer GradientElements { X_SCALAR dy[]; };
layout(push_constant, scalar) uniform Block { LinearGradientParams params; };

float gradient_element(uint token, uint o) {
  return X_LOAD(dy[token * params.out_dim + params.first_row + min(o, params.bound_rows - 1)]);
}

// dy[token, o … o + 3] where o counts the bound rows and is a multiple of 4; beyond the last it repeats values of
// others.
vec4 gradient_quad(uint token, uint o) {
  if (RAGGED_OUT != 0) {
    return vec4(gradient_element(token, o), gradient_element(token, o + 1), gradient_element(token, o + 2),
                gradient_element(token, o + 3));
  }
  const GRADIENT_QUAD quad =
      dy_quads[(token * params.out_dim + params.first_row + min(o, params.bound_rows - 4)) / 4];
  return UNPACK_GRADIENT(quad);
}

#endif
