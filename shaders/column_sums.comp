// SPDX-License-Identifier: Apache-2.0
//! op    column_sums   y[chunk, c] = Σ x[r, c] over the rows of a chunk; an invocation owns four columns of a chunk
//! axis  X f32 f16 bf16
//! tune  LOCAL_SIZE 64 8 32
//! tune  RAGGED 0 1
#version 460
#extension GL_GOOGLE_include_directive : require
#include "types.glsl"
#include "groups.glsl"
#include "live.glsl"
#include "params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 64;
layout(constant_id = 1) const uint RAGGED = 0;  // the columns are not whole quads

layout(binding = 0, scalar) readonly restrict buffer Input { X_VEC4 x_quads[]; };
layout(binding = 0, scalar) readonly restrict buffer InputElements { X_SCALAR x[]; };
layout(binding = 1, scalar) writeonly restrict buffer Output { float y[]; };
layout(push_constant, scalar) uniform Block { ColumnSumsParams params; };

float input_element(uint row, uint col) {
  return col < params.cols ? X_LOAD(x[row * params.cols + col]) : 0.0;
}

vec4 input_quad(uint row, uint col) {
  if (RAGGED != 0) {
    return vec4(input_element(row, col), input_element(row, col + 1), input_element(row, col + 2),
                input_element(row, col + 3));
  }
  return X_LOAD4(x_quads[(row * params.cols + col) / 4]);
}

void main() {
  const uint quads = (params.cols + 3) / 4;
  const uint chunk = flat_invocation(LOCAL_SIZE) / quads;
  const uint col = flat_invocation(LOCAL_SIZE) % quads * 4;
  const uint first_row = chunk * params.chunk_rows;
  if (first_row >= params.rows) return;
  const uint end_row = min(first_row + params.chunk_rows, live_count(params.first_row, params.rows));
  vec4 sum = vec4(0.0);
  for (uint row = first_row; row < end_row; ++row) sum += input_quad(row, col);
  for (uint i = 0; i < min(4, params.cols - col); ++i) {
    y[(params.first_chunk + chunk) * params.cols + col + i] = sum[i];
  }
}
