// SPDX-License-Identifier: Apache-2.0
// What the kernels of linear_transposed share: bindings, rows of dy, weights, and where sums begin and end. Needs the
// axes X and W and the constants RAGGED, 1 when in_dim is not a multiple of 32, which float weights may have, and
// RAGGED_OUT, 1 when dy can't be read in whole quads and steps: out_dim or first_row is not a multiple of 4, or
// bound_rows not of 32.
//
// A weight that is larger than a binding takes several launches. Their sums go on in f32 where the launch before left
// them, so that the result has the bits of a single launch.
#ifndef LAPILLI_LINEAR_TRANSPOSED_GLSL
#define LAPILLI_LINEAR_TRANSPOSED_GLSL

#extension GL_EXT_control_flow_attributes : require
#include "types.glsl"
#include "groups.glsl"
#include "live.glsl"
#include "params.h"

layout(binding = 0, scalar) readonly restrict buffer Gradient { X_VEC4 dy_quads[]; };
layout(binding = 0, scalar) readonly restrict buffer GradientElements { X_SCALAR dy[]; };
layout(binding = 2, scalar) buffer Sums { float partial_sums[]; };
layout(binding = 3, scalar) writeonly restrict buffer Output { X_SCALAR y[]; };
layout(push_constant, scalar) uniform Block { LinearTransposedParams params; };

#define WEIGHT_BINDING 1
#include "quant.glsl"

float gradient_element(uint row, uint o) {
  return o < params.bound_rows ? X_LOAD(dy[row * params.out_dim + params.first_row + o]) : 0.0;
}

// dy[row, o … o + 3] where o counts the bound rows of the weight, zero beyond the last; o is a multiple of 4.
vec4 gradient_quad(uint row, uint o) {
  if (RAGGED_OUT != 0) {
    return vec4(gradient_element(row, o), gradient_element(row, o + 1), gradient_element(row, o + 2),
                gradient_element(row, o + 3));
  }
  return X_LOAD4(dy_quads[(row * params.out_dim + params.first_row + o) / 4]);
}

// Row o of the weight, elements k … k + 7; k is a multiple of 8.
void weight_of(uint o, uint k, out vec4 low, out vec4 high) {
  weight_octet(weight_group(min(o, params.bound_rows - 1), k / 32, params.in_dim), k % 32 / 8, low, high);
}

float first_sum(uint row, uint k) {
  return params.is_first != 0 || k >= params.in_dim ? 0.0 : partial_sums[row * params.in_dim + k];
}

void store_sum(uint row, uint k, float sum) {
  if (k >= params.in_dim) return;
  const uint index = row * params.in_dim + k;
  if (params.is_last != 0) {
    y[index] = X_STORE(sum);
  } else {
    partial_sums[index] = sum;
  }
}

#endif
