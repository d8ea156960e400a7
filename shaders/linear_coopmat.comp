// SPDX-License-Identifier: Apache-2.0
//! op    linear_coopmat   y = activation(x · weightᵀ + bias) + residual on matrix units: f16 factors, f32 sums, 64 × 64 results a workgroup
//! axis  X f16
//! axis  W f32 f16 bf16 q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq4_nl iq4_xs
//! needs coopmat
//! tune  LOCAL_SIZE 128 32 64 256
//! tune  M 16 8 32
//! tune  N 16 8 32
//! tune  K 16 8 32
//! tune  RAGGED 0 1
//! tune  ACTIVATION 0 1 2
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE = 128;  // four subgroups
layout(constant_id = 1) const uint M = 16;  // one multiplication is [M, K] · [K, N]
layout(constant_id = 2) const uint N = 16;
layout(constant_id = 3) const uint K = 16;
layout(constant_id = 4) const uint RAGGED = 0;
layout(constant_id = 5) const uint ACTIVATION = 0;

#include "linear.glsl"

const uint TILE = 64;
const uint DEPTH = 32;
const uint QUARTER = 32;  // lines of a subgroup: four share the tile
// A line is 32 halves in four octets, and one octet of padding that spreads lines over the banks.
const uint PITCH = 5;
shared uvec4 x_tile[2][TILE * PITCH];
shared uvec4 weight_tile[2][TILE * PITCH];
shared float parked[4][M * N];

uvec4 packed_octet(vec4 low, vec4 high) {
  return uvec4(pack_float16(low), pack_float16(high));
}

void fill(uint buffer_index, uint group, uint first_row, uint first_column, uint rows) {
  for (uint item = gl_LocalInvocationIndex; item < TILE * 4; item += LOCAL_SIZE) {
    const uint line = item / 4;
    const uint octet = item % 4;
    const uint row = min(first_row + line, rows - 1);
    const uint column = min(first_column + line, params.columns - 1);
    const uint k = group * 32 + octet * 8;
    x_tile[buffer_index][line * PITCH + octet] = packed_octet(input_quad(row, k), input_quad(row, k + 4));
    vec4 low, high;
    weight_octet(weight_group(column, group, params.in_dim), octet, low, high);
    weight_tile[buffer_index][line * PITCH + octet] = packed_octet(low, high);
  }
}

#define SUMS coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator>

SUMS sums[QUARTER / M][QUARTER / N];

void multiply(uint buffer_index, uint first_line_of_x, uint first_line_of_weight) {
  for (uint k = 0; k < DEPTH; k += K) {
    coopmat<float16_t, gl_ScopeSubgroup, M, K, gl_MatrixUseA> a[QUARTER / M];
    [[unroll]] for (uint i = 0; i < QUARTER / M; ++i) {
      coopMatLoad(a[i], x_tile[buffer_index], (first_line_of_x + i * M) * PITCH + k / 8, PITCH,
                  gl_CooperativeMatrixLayoutRowMajor);
    }
    [[unroll]] for (uint j = 0; j < QUARTER / N; ++j) {
      coopmat<float16_t, gl_ScopeSubgroup, K, N, gl_MatrixUseB> b;
      coopMatLoad(b, weight_tile[buffer_index], (first_line_of_weight + j * N) * PITCH + k / 8, PITCH,
                  gl_CooperativeMatrixLayoutColumnMajor);
      [[unroll]] for (uint i = 0; i < QUARTER / M; ++i) sums[i][j] = coopMatMulAdd(a[i], b, sums[i][j]);
    }
  }
}

// Through shared memory, because which lane holds which element is the device's secret.
void store_sums(uint first_row, uint first_column, uint rows) {
  [[unroll]] for (uint i = 0; i < QUARTER / M; ++i) {
    [[unroll]] for (uint j = 0; j < QUARTER / N; ++j) {
      coopMatStore(sums[i][j], parked[gl_SubgroupID], 0, N, gl_CooperativeMatrixLayoutRowMajor);
      subgroupMemoryBarrierShared();
      subgroupBarrier();
      for (uint item = gl_SubgroupInvocationID; item < M * N; item += gl_SubgroupSize) {
        const uint row = first_row + i * M + item / N;
        const uint column = first_column + j * N + item % N;
        if (row < rows && column < params.columns) store_result(row, column, parked[gl_SubgroupID][item]);
      }
      subgroupMemoryBarrierShared();
      subgroupBarrier();
    }
  }
}

void main() {
  const uint rows = min(params.tokens, live_rows);
  const uint row_tiles = (params.tokens + TILE - 1) / TILE;
  const uint first_row = flat_group() % row_tiles * TILE;
  const uint first_column = flat_group() / row_tiles * TILE;
  if (first_row >= rows || first_column >= params.columns) return;
  const uint my_line_of_x = gl_SubgroupID / 2 * QUARTER;
  const uint my_line_of_weight = gl_SubgroupID % 2 * QUARTER;

  [[unroll]] for (uint i = 0; i < QUARTER / M; ++i) {
    [[unroll]] for (uint j = 0; j < QUARTER / N; ++j) sums[i][j] = SUMS(0.0);
  }
  fill(0, 0, first_row, first_column, rows);
  barrier();
  for (uint group = 0; group < num_groups(); ++group) {
    if (group + 1 < num_groups()) fill((group + 1) % 2, group + 1, first_row, first_column, rows);
    multiply(group % 2, my_line_of_x, my_line_of_weight);
    barrier();
  }
  store_sums(first_row + my_line_of_x, first_column + my_line_of_weight, rows);
}
