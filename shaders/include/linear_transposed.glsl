// SPDX-License-Identifier: Apache-2.0
// What the kernels of linear_transposed share: bindings, rows of dy, weights, and where sums begin and end. Needs the
// axes X and W and the constants RAGGED, 1 when in_dim is not a multiple of 32, which float weights may have, and
// RAGGED_OUT, 1 when quads of dy aren't aligned: out_dim, first_row or bound_rows is not a multiple of 4.
//
// A weight that is larger than a binding takes several launches. Where CONTINUED is 1, sums go on where the launch
// before left them, and where UNFINISHED is, they are left in f32: the result has the bits of a single launch.
#ifndef LAPILLI_LINEAR_TRANSPOSED_GLSL
#define LAPILLI_LINEAR_TRANSPOSED_GLSL

#extension GL_EXT_control_flow_attributes : require
#include "groups.glsl"
#include "live.glsl"
#include "upstream.glsl"

layout(binding = 2, scalar) buffer Sums { float partial_sums[]; };
layout(binding = 2, scalar) buffer SumQuads { vec4 partial_quads[]; };
layout(binding = 3, scalar) writeonly restrict buffer Output { X_VEC4 y_quads[]; };
layout(binding = 3, scalar) writeonly restrict buffer OutputElements { X_SCALAR y[]; };

#define WEIGHT_BINDING 1
#include "quant.glsl"

// Row o of the weight, elements k … k + 7, zero beyond the last row; k is a multiple of 8.
void weight_of(uint o, uint k, out vec4 low, out vec4 high) {
  weight_octet(weight_group(min(o, params.bound_rows - 1), k / 32, params.in_dim), k % 32 / 8, low, high);
  low = o < params.bound_rows ? low : vec4(0.0);
  high = o < params.bound_rows ? high : vec4(0.0);
}

#if W_IS_FLOAT
float weight_element_of(uint o, uint k) {
  const uint row = min(o, params.bound_rows - 1);
  const float value = weight_element(WeightGroup(row * params.in_dim, params.in_dim), k);
  return o < params.bound_rows ? value : 0.0;
}
#endif

uint result_index(uint row, uint k) {
  return row * params.in_dim + k;
}

float kept_sum(uint row, uint k) {
  return k < params.in_dim ? partial_sums[result_index(row, k)] : 0.0;
}

// What the launch before left of y[row, k … k + 3]; k is a multiple of 4.
vec4 kept_sums(uint row, uint k) {
  if (RAGGED != 0) return vec4(kept_sum(row, k), kept_sum(row, k + 1), kept_sum(row, k + 2), kept_sum(row, k + 3));
  return partial_quads[result_index(row, k) / 4];
}

void store_sum(uint row, uint k, float sum) {
  if (UNFINISHED != 0) {
    partial_sums[result_index(row, k)] = sum;
  } else {
    y[result_index(row, k)] = X_STORE(sum);
  }
}

void store_sums(uint row, uint k, vec4 sums) {
  if (RAGGED != 0) {
    for (uint i = 0; i < 4 && k + i < params.in_dim; ++i) store_sum(row, k + i, sums[i]);
  } else if (UNFINISHED != 0) {
    partial_quads[result_index(row, k) / 4] = sums;
  } else {
    y_quads[result_index(row, k) / 4] = X_STORE4(sums);
  }
}

#endif
