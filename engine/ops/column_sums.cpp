// SPDX-License-Identifier: Apache-2.0
#include "shaders/column_sums.h"
#include "engine/base/bytes.h"
#include "engine/graph/graph.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/params.h"

namespace lapilli::ops {
namespace {

/// Rows that one invocation adds; their sums are added in the same way until one row is left.
constexpr uint64_t kChunkRows = 64;

/// Adds the rows of x, chunk by chunk, into rows of y. Every run of rows that can be bound begins a chunk.
void add_stage(const TensorType& x, const std::vector<RowShard>& shards, BufferRef y, const DeviceCaps& caps,
               DispatchList& out) {
  const uint32_t local_size = caps.is_software() ? caps.subgroup_size : 64;
  uint64_t first_chunk = 0;
  for (const RowShard& shard : shards) {
    const shader::ColumnSumsParams params{.rows = static_cast<uint32_t>(shard.rows),
                                          .cols = x.cols(),
                                          .first_row = static_cast<uint32_t>(shard.first_row),
                                          .chunk_rows = static_cast<uint32_t>(kChunkRows),
                                          .first_chunk = static_cast<uint32_t>(first_chunk)};
    const uint64_t chunks = divide_up(shard.rows, kChunkRows);
    out.add({.shader = shader::column_sums(x.dtype),
             .constants = {local_size, x.cols() % 4 != 0 ? 1u : 0u},
             .buffers = {shard.buffer, y},
             .params = Params(params),
             .groups = fold_groups(
                 divide_up(chunks * divide_up(uint64_t{x.cols()}, uint64_t{4}), uint64_t{local_size})),
             .live_rows = x.live_rows,
             .flops = static_cast<double>(shard.rows) * x.cols(),
             .bytes = static_cast<double>(shard.buffer.size_bytes + chunks * x.cols() * 4)});
    first_chunk += chunks;
  }
}

uint64_t chunks_of(const std::vector<RowShard>& shards) {
  uint64_t chunks = 0;
  for (const RowShard& shard : shards) chunks += divide_up(shard.rows, kChunkRows);
  return chunks;
}

class ColumnSums final : public Op {
 public:
  std::string_view name() const override { return "column_sums"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_float(in[0], "column_sums: x");
    return {{DType::f32, {in[0].cols()}}};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    lower_column_sums(args.in[0], args.in_ids[0], args.output(0), args.caps, out);
  }
};

}  // namespace

void lower_column_sums(TensorType x, TensorId id, BufferRef sums, const DeviceCaps& caps, DispatchList& out) {
  while (true) {
    const std::vector<RowShard> shards = row_shards(x, id, caps);
    const uint64_t chunks = chunks_of(shards);
    if (chunks == 1) return add_stage(x, shards, sums, caps, out);
    const TensorType partial{DType::f32, {chunks, x.cols()}};
    const BufferRef scratch = out.scratch(partial.size_bytes());
    add_stage(x, shards, scratch, caps, out);
    x = partial;
    id = scratch.tensor;
  }
}

Tensor column_sums(Tensor x) {
  return x.graph().apply_one(std::make_unique<ColumnSums>(), {x});
}

}  // namespace lapilli::ops
