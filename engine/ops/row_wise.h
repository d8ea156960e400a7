// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/op.h"

#include <initializer_list>

/// What the operators that work row by row have in common.
namespace lapilli::ops {

/// A run of consecutive rows.
struct RowRange {
  uint64_t first;
  uint64_t rows;
};

/// Cuts `rows` rows into runs that can be bound in every tensor, given what one row takes in each. Throws
/// kUnsupported when a single row is beyond the device's limit.
std::vector<RowRange> row_ranges(uint64_t rows, std::initializer_list<uint64_t> bytes_per_row,
                                 const DeviceCaps& caps);

/// The rows of a range in a tensor of `bytes_per_row` bytes a row.
inline BufferRef range_of(TensorId id, const RowRange& range, uint64_t bytes_per_row) {
  return {id, range.first * bytes_per_row, range.rows * bytes_per_row};
}

/// A cache [lanes, …] in runs of lanes, each small enough to be bound.
std::vector<RowShard> lane_shards(const TensorType& cache, TensorId id, const DeviceCaps& caps);

/// Bytes of one row of the type.
inline uint64_t bytes_per_row(const TensorType& type) {
  return row_bytes(type.dtype, type.cols());
}

/// LOCAL_SIZE and ONE_SUBGROUP of the shaders of reduce.glsl, for rows of this length.
std::vector<uint32_t> reduction_constants(uint64_t cols, const DeviceCaps& caps);

/// Shaders of elementwise.glsl and row gathers: this many invocations in a workgroup, their default.
inline constexpr uint32_t kElementwiseGroup = 64;
/// Consecutive elements of one invocation there.
inline constexpr uint32_t kElementsPerInvocation = 4;

/// Groups that cover `invocations` invocations of kElementwiseGroup each.
GroupCount elementwise_groups(uint64_t invocations);

/// The launches of silu_mul over storage of one type.
void lower_silu_mul(const TensorType& type, TensorId gate, TensorId up, TensorId result,
                    const DeviceCaps& caps, DispatchList& out);

/// The launches of a shader of elementwise.glsl over tensors of one type, in the order of its bindings.
void lower_same_type(const ShaderInfo* shader, const TensorType& type, std::span<const TensorId> ids,
                     const DeviceCaps& caps, DispatchList& out);

/// The launches of convert: y has x's rows and columns.
void lower_convert(const TensorType& x, TensorId id, const TensorType& y, TensorId y_id,
                   const DeviceCaps& caps, DispatchList& out);

/// The launches of column_sums; `sums` holds f32 [x.cols()].
void lower_column_sums(TensorType x, TensorId id, BufferRef sums, const DeviceCaps& caps, DispatchList& out);

/// Throws kShape unless the type is f32, f16 or bf16. `what` names the operand: "rms_norm: x".
void require_float(const TensorType& type, std::string_view what);

/// Throws kShape unless the type is i32 with one row of numbers.
void require_index(const TensorType& type, std::string_view what);

/// Throws kShape unless the type is f32 [cols].
void require_row_vector(const TensorType& type, uint32_t cols, std::string_view what);

/// Throws kShape, "add: b is f32 [3], a is f32 [2, 4]; NEED".
[[noreturn]] void refuse_shapes(std::string_view b_name, const TensorType& b, std::string_view a_name,
                                const TensorType& a, std::string_view need);

}  // namespace lapilli::ops
