// SPDX-License-Identifier: Apache-2.0
// Push-constant blocks, one an operator, read by GLSL and C++ alike: uint, int and float members only, at
// most 128 bytes. A shader declares   layout(push_constant, scalar) uniform Block { RmsNormParams params; };
#ifdef __cplusplus
#pragma once

#include <cstdint>

namespace lapilli::shader {
using uint = std::uint32_t;
#endif

// first_row is where the bound rows begin in their tensor; it matters to the live-row count only.

struct NormParams {
  uint rows;
  uint cols;
  uint first_row;
  float eps;
};

struct RowLinksParams {
  uint rows;
};

struct ScatterRowsParams {
  uint rows;  // that are added
  uint cols;
  uint first_result_row;  // the bound part of the result
  uint result_rows;       // rows of that part
};

struct NormWeightGradientParams {
  uint rows;
  uint cols;
  uint chunk_rows;   // that one invocation adds
  uint first_chunk;  // of the partial sums, that the first bound row begins
};

struct AttentionParams {
  uint rows;
  uint heads;
  uint kv_heads;
  uint sequence_rows;
  uint causal;
  float scale;
};

struct CachedAttentionParams {
  uint rows;
  uint heads;
  uint kv_heads;
  uint context;
  uint first_lane;
  uint lanes;
  float scale;
};

struct RopeParams {
  uint rows;
  uint cols;
  uint context;
  uint interleaved;
  float direction;  // of the rotation: 1 or −1
};

struct KvStoreParams {
  uint rows;
  uint heads;
  uint head_dim;
  uint context;
  uint first_lane;
  uint lanes;
};

struct RopeAndStoreParams {
  uint rows;
  uint q_cols;
  uint kv_cols;
  uint context;  // of the caches
  uint table_rows;
  uint first_lane;
  uint lanes;
  uint interleaved;
  uint store_q;  // 0 where another launch does
};

struct ElementwiseParams {
  uint rows;
  uint cols;
  uint first_row;
  uint period;  // elements after which a broadcast operand begins again; 0: it is as long as the others
  uint period_offset;  // where in the period the first element stands
};

struct DropoutParams {
  uint elements;
  uint first_element;  // of the bound part in its tensor
  uint threshold;      // hashes below are left out; 0: none
  uint salt;
  float factor;
};

struct GatherRowsParams {
  uint rows;  // of the result
  uint cols;
  uint first_row;         // of the result
  uint first_table_row;   // the bound part of the table
  uint table_rows;        // rows of that part
  uint whole_table_rows;  // an index outside of these gives zeros
};

struct SpliceParams {
  uint rows;
  uint cols;
  uint first_row;
  uint x_is_one_row;
  uint replacement_rows;
};

struct PatchifyParams {
  uint runs;  // horizontal runs of patch_size pixels: patches · channels · patch_size
  uint channels;
  uint height;
  uint width;
  uint patch_size;
};

struct SelectParams {
  uint rows;
  uint cols;
  uint first_row;
  uint limit;
  uint k;
};

struct LinearParams {
  uint tokens;
  uint in_dim;
  uint out_dim;
  uint first_column;  // of y, that the first bound row of the weight gives
  uint columns;       // rows of the weight that are bound
  uint has_bias;
  uint has_residual;
};

// Of both gradients of linear.
struct LinearGradientParams {
  uint tokens;
  uint in_dim;
  uint out_dim;
  uint first_row;   // of the weight, or of its gradient, that is bound; a column of dy
  uint bound_rows;  // of the same
};

struct ColumnPanelsParams {
  uint rows;
  uint pitch;  // columns of x
  uint first_column;
  uint columns;
};

struct ColumnSumsParams {
  uint rows;
  uint cols;
  uint first_row;
  uint chunk_rows;   // rows of x that give a row of y
  uint first_chunk;  // row of y that the first bound row of x begins
};

struct DequantizeParams {
  uint rows;
  uint cols;
};

struct CrossEntropyParams {
  uint rows;
  uint cols;
};

struct FlatParams {
  uint elements;
};

struct SumOfSquaresParams {
  uint elements;
  uint partials;
};

struct FillParams {
  uint elements;
  float value;
};

#ifdef __cplusplus
}  // namespace lapilli::shader
#endif
