// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/graph/graph.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/params.h"
#include "shaders/row_links.h"
#include "shaders/scatter_add_rows.h"
#include "shaders/zeros.h"

#include <algorithm>
#include <array>

namespace lapilli::ops {
namespace {

/// Rows that are chained together: each is compared with all of them.
constexpr uint64_t kChainedRows = 8192;
constexpr uint64_t kIndexBytes = sizeof(int32_t);
constexpr uint64_t kLinkBytes = 2 * sizeof(uint32_t);

void lower_zeros(const TensorType& type, TensorId id, const DeviceCaps& caps, DispatchList& out) {
  lower_same_type(shader::zeros(type.dtype), type, std::array{id}, caps, out);
}

class Zeros final : public Op {
 public:
  explicit Zeros(const TensorType& type) : type_(type) {}
  [[nodiscard]] std::string_view name() const override { return "zeros"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> /*in*/) const override {
    require_float(type_, "zeros: the result");
    return {type_};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    lower_zeros(type_, args.out_ids[0], args.caps, out);
  }

 private:
  TensorType type_;
};

class ScatterAddRows final : public Op {
 public:
  explicit ScatterAddRows(const TensorType& result) : result_(result) {}
  [[nodiscard]] std::string_view name() const override { return "scatter_add_rows"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_float(in[0], "scatter_add_rows: x");
    require_index(in[1], "scatter_add_rows: the index");
    require_float(result_, "scatter_add_rows: the result");
    if (in[1].cols() != in[0].rows()) {
      refuse_shapes("scatter_add_rows: the index", in[1], "x", in[0], "there must be one for each row");
    }
    if (result_.cols() != in[0].cols()) {
      refuse_shapes("scatter_add_rows: the result", result_, "x", in[0], "it must have x's columns");
    }
    return {result_};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    lower_zeros(result_, args.out_ids[0], args.caps, out);
    const uint64_t row = bytes_per_row(args.in[0]);
    DeviceCaps limits = args.caps;
    limits.max_storage_range_bytes = std::min(limits.max_storage_range_bytes, kChainedRows * row);
    const uint64_t rows = args.in[0].rows();
    const BufferRef links = out.scratch(std::min(rows, kChainedRows) * kLinkBytes);
    for (const RowRange& range : row_ranges(rows, {row, kIndexBytes}, limits)) {
      add_links(args, range, links, out);
      for (const RowShard& shard : row_shards(result_, args.out_ids[0], args.caps))
        add_rows(args, range, links, shard, out);
    }
  }

 private:
  static void add_links(const LowerArgs& args, const RowRange& range, BufferRef links, DispatchList& out) {
    const auto rows = static_cast<double>(range.rows);
    out.add({.shader = shader::row_links(),
             .buffers = {range_of(args.in_ids[1], range, kIndexBytes), links},
             .params = Params(shader::RowLinksParams{static_cast<uint32_t>(range.rows)}),
             .groups = elementwise_groups(range.rows),
             .flops = rows * rows,
             .bytes = rows * (kIndexBytes + kLinkBytes)});
  }

  static void add_rows(const LowerArgs& args, const RowRange& range, BufferRef links, const RowShard& shard,
                       DispatchList& out) {
    const TensorType& x = args.in[0];
    const TensorType& result = args.out[0];
    out.add({.shader = shader::scatter_add_rows(x.dtype, result.dtype),
             .buffers = {range_of(args.in_ids[0], range, bytes_per_row(x)),
                         range_of(args.in_ids[1], range, kIndexBytes), links, shard.buffer},
             .params = Params(shader::ScatterRowsParams{static_cast<uint32_t>(range.rows), x.cols(),
                                                        static_cast<uint32_t>(shard.first_row),
                                                        static_cast<uint32_t>(shard.rows)}),
             .groups = elementwise_groups(range.rows * divide_up(x.cols(), kElementsPerInvocation)),
             .flops = static_cast<double>(range.rows) * x.cols(),
             .bytes = static_cast<double>(range.rows * (bytes_per_row(x) + bytes_per_row(result)))});
  }

  TensorType result_;
};

}  // namespace

Tensor zeros(Graph& graph, const TensorType& type) {
  return graph.apply_one(std::make_unique<Zeros>(type), {});
}

Tensor scatter_add_rows(Tensor x, Tensor index, const TensorType& result) {
  return x.graph().apply_one(std::make_unique<ScatterAddRows>(result), {x, index});
}

}  // namespace lapilli::ops
