// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/op.h"

#include "engine/base/bytes.h"
#include "engine/base/error.h"

#include <algorithm>
#include <numeric>

namespace lapilli {

std::vector<RowShard> row_shards(const TensorType& type, TensorId id, const DeviceCaps& caps,
                                 uint64_t max_rows) {
  const uint64_t bytes_per_row = row_bytes(type.dtype, type.cols());
  const uint64_t alignment = caps.storage_buffer_alignment_bytes;
  // Every shard but the last has a multiple of `granularity` rows, so that the next one begins at a bindable
  // offset.
  const uint64_t granularity = alignment / std::gcd(alignment, bytes_per_row);
  uint64_t rows_per_shard = caps.max_storage_range_bytes / bytes_per_row;
  if (max_rows != 0) rows_per_shard = std::min(rows_per_shard, max_rows);
  if (rows_per_shard < type.rows()) {
    rows_per_shard = std::max(rows_per_shard / granularity, uint64_t{max_rows != 0 ? 1u : 0u}) * granularity;
    if (rows_per_shard == 0 || rows_per_shard * bytes_per_row > caps.max_storage_range_bytes) {
      throw Error(ErrorCode::kUnsupported,
                  text("a row of ", type, " has ", bytes_per_row, " bytes, the device binds at most ",
                       caps.max_storage_range_bytes));
    }
  }
  std::vector<RowShard> shards;
  for (uint64_t first = 0; first < type.rows(); first += rows_per_shard) {
    const uint64_t rows = std::min(rows_per_shard, type.rows() - first);
    shards.push_back({first, rows, {id, first * bytes_per_row, rows * bytes_per_row}});
  }
  return shards;
}

std::vector<Tensor> Op::vjp(const VjpArgs& /*args*/) const {
  throw Error(ErrorCode::kUnsupported, text(name(), " has no gradient"));
}

}  // namespace lapilli
