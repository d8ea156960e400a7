// SPDX-License-Identifier: Apache-2.0
// What the kernels of linear_weight_gradient share: bindings, columns of dy, rows of x, results. Needs the axis X, and
// the constants RAGGED, 1 when in_dim is not a multiple of 32, and RAGGED_OUT, 1 when quads of dy aren't aligned:
// out_dim, first_row or bound_rows is not a multiple of 4; and ADDS, 1 when results are added to what is there.
#ifndef LAPILLI_WEIGHT_GRADIENT_GLSL
#define LAPILLI_WEIGHT_GRADIENT_GLSL

#extension GL_EXT_control_flow_attributes : require
#include "groups.glsl"
#include "live.glsl"
#include "upstream.glsl"

layout(binding = 2, scalar) restrict buffer Output { vec4 y_quads[]; };
layout(binding = 2, scalar) restrict buffer OutputElements { float y[]; };

#ifndef W
#define W X
#endif
#define WEIGHT_BINDING 1
#include "quant.glsl"

// x[token, k … k + 7]; k is a multiple of 8.
void input_octet(uint token, uint k, out vec4 low, out vec4 high) {
  weight_octet(weight_group(token, k / 32, params.in_dim), k % 32 / 8, low, high);
}

float input_element(uint token, uint k) {
  return weight_element(WeightGroup(token * params.in_dim, params.in_dim), k);
}

void store_result(uint o, uint k, float sum) {
  const uint index = o * params.in_dim + k;
  y[index] = ADDS != 0 ? y[index] + sum : sum;
}

// Results o, k … k + 3; k is a multiple of 4 within a row.
void store_results(uint o, uint k, vec4 sums) {
  if (RAGGED == 0) {
    const uint index = (o * params.in_dim + k) / 4;
    y_quads[index] = ADDS != 0 ? y_quads[index] + sums : sums;
    return;
  }
  for (uint i = 0; i < 4 && k + i < params.in_dim; ++i) store_result(o, k + i, sums[i]);
}

#endif
