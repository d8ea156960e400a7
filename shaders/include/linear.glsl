// SPDX-License-Identifier: Apache-2.0
// What the kernels of linear share: bindings, rows of x, weights, and what happens to a finished sum. Needs the axes
// X and W and the constants RAGGED, 1 when in_dim is not a multiple of 32, which float weights may have, and ACTIVATION,
// as ops::Activation numbers them. With WEIGHT_BY_ADDRESS, x and the weight are read at addresses that stand behind the
// parameters (weight_octets.glsl), not through their bindings.
#ifndef LAPILLI_LINEAR_GLSL
#define LAPILLI_LINEAR_GLSL

#extension GL_EXT_control_flow_attributes : require
#include "types.glsl"
#include "activations.glsl"
#include "groups.glsl"
#include "live.glsl"
#include "params.h"

layout(binding = 0, scalar) readonly restrict buffer Input { X_VEC4 x_quads[]; };
layout(binding = 0, scalar) readonly restrict buffer InputElements { X_SCALAR x[]; };
layout(binding = 2, scalar) readonly restrict buffer Bias { float bias[]; };
layout(binding = 3, scalar) readonly restrict buffer Residual { X_SCALAR residual[]; };
layout(binding = 4, scalar) writeonly restrict buffer Output { X_SCALAR y[]; };
#ifdef WEIGHT_BY_ADDRESS
layout(binding = 1, scalar) readonly restrict buffer Weight { uint weight_words[]; };
#include "weight_octets.glsl"
layout(push_constant, scalar) uniform Block {
  LinearParams params;
  uint64_t x_address;
  uint64_t weight_address;
};
#else
layout(push_constant, scalar) uniform Block { LinearParams params; };
#endif

const uint QUICK_GELU = 1;
const uint GELU_ERF = 2;
const uint SILU_GATE = 3;  // of the first half of the weight's rows; its values are multiplied by the second half's

#ifndef WEIGHT_BY_ADDRESS
#define WEIGHT_BINDING 1
#include "quant.glsl"
#endif

float input_element(uint row, uint k) {
  return k < params.in_dim ? X_LOAD(x[row * params.in_dim + k]) : 0.0;
}

// x[row, k … k + 3], zero beyond in_dim; k is a multiple of 4.
vec4 input_quad(uint row, uint k) {
  if (RAGGED != 0) {
    return vec4(input_element(row, k), input_element(row, k + 1), input_element(row, k + 2), input_element(row, k + 3));
  }
  return X_LOAD4(x_quads[(row * params.in_dim + k) / 4]);
}

uint num_groups() {
  return (params.in_dim + 31) / 32;
}

// Adds four products one after the other: every kernel that sums along k in order gives the same bits.
float add_products(vec4 a, vec4 b, float sum) {
  sum = fma(a.x, b.x, sum);
  sum = fma(a.y, b.y, sum);
  sum = fma(a.z, b.z, sum);
  return fma(a.w, b.w, sum);
}

float activate(float value) {
  if (ACTIVATION == QUICK_GELU) return quick_gelu(vec4(value)).x;
  if (ACTIVATION == GELU_ERF) return gelu_erf(vec4(value)).x;
  if (ACTIVATION == SILU_GATE) return silu(vec4(value)).x;
  return value;
}

// Columns count from the first one of the bound part of the weight.
float bias_of(uint column) {
  return params.has_bias != 0 ? bias[params.first_column + column] : 0.0;
}

uint result_index(uint row, uint column) {
  return row * params.out_dim + params.first_column + column;
}

void store_value(uint row, uint column, float value) {
  const uint index = result_index(row, column);
  if (params.has_residual != 0) value += X_LOAD(residual[index]);
  y[index] = X_STORE(value);
}

void store_result(uint row, uint column, float sum) {
  store_value(row, column, activate(sum + bias_of(column)));
}

#endif
