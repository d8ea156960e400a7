// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/row_wise.h"

#include "engine/base/bytes.h"
#include "engine/base/error.h"

#include <algorithm>
#include <numeric>

namespace lapilli::ops {

std::vector<RowRange> row_ranges(uint64_t rows, std::initializer_list<uint64_t> bytes_per_row,
                                 const DeviceCaps& caps) {
  const uint64_t alignment = caps.storage_buffer_alignment_bytes;
  uint64_t rows_at_once = rows;
  uint64_t granularity = 1;
  for (const uint64_t bytes : bytes_per_row) {
    rows_at_once = std::min(rows_at_once, caps.max_storage_range_bytes / bytes);
    granularity = std::max(granularity, alignment / std::gcd(alignment, bytes));
  }
  if (rows_at_once < rows) rows_at_once = rows_at_once / granularity * granularity;
  if (rows_at_once == 0) {
    throw Error(ErrorCode::kUnsupported,
                text("rows of ", std::max(bytes_per_row), " bytes: the device binds ",
                     caps.max_storage_range_bytes, " bytes at most"));
  }
  std::vector<RowRange> ranges;
  for (uint64_t first = 0; first < rows; first += rows_at_once) {
    ranges.push_back({first, std::min(rows_at_once, rows - first)});
  }
  return ranges;
}

std::vector<RowShard> lane_shards(const TensorType& cache, TensorId id, const DeviceCaps& caps) {
  const uint64_t lanes = cache.shape[0];
  return row_shards({cache.dtype, {lanes, cache.shape.elements() / lanes}}, id, caps);
}

std::vector<uint32_t> reduction_constants(uint64_t cols, const DeviceCaps& caps) {
  constexpr uint32_t kWidestVector = 16;
  if (caps.is_software() && caps.subgroup_size <= kWidestVector) return {caps.subgroup_size, 1};
  const uint32_t wanted = cols <= 512 ? 64 : cols <= 2048 ? 128 : 256;
  return {std::min(wanted, caps.max_workgroup_invocations), 0};
}

GroupCount elementwise_groups(uint64_t invocations) {
  return fold_groups(divide_up(invocations, uint64_t{kElementwiseGroup}));
}

void require_float(const TensorType& type, std::string_view what) {
  if (type.dtype == DType::f32 || type.dtype == DType::f16 || type.dtype == DType::bf16) return;
  throw Error(ErrorCode::kShape, text(what, " is ", type, "; it must be f32, f16 or bf16"));
}

void require_index(const TensorType& type, std::string_view what) {
  if (type.dtype == DType::i32 && type.rows() == 1) return;
  throw Error(ErrorCode::kShape, text(what, " is ", type, "; it must be i32 in one row"));
}

void require_row_vector(const TensorType& type, uint32_t cols, std::string_view what) {
  if (type.dtype == DType::f32 && type.shape == Shape{cols}) return;
  throw Error(ErrorCode::kShape, text(what, " is ", type, "; it must be f32 [", cols, "]"));
}

void refuse_shapes(std::string_view b_name, const TensorType& b, std::string_view a_name, const TensorType& a,
                   std::string_view need) {
  throw Error(ErrorCode::kShape, text(b_name, " is ", b, ", ", a_name, " is ", a, "; ", need));
}

}  // namespace lapilli::ops
