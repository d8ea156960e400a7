// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/graph/graph.h"
#include "engine/ops/accumulable.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/params.h"
#include "shaders/row_links.h"
#include "shaders/scatter_add_rows.h"
#include "shaders/zeros.h"

#include <algorithm>
#include <array>
#include <optional>

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

/// Inputs: the sum that rows are added to where `adds`, x, index.
class ScatterAddRows final : public Op, public Accumulable {
 public:
  ScatterAddRows(const TensorType& result, bool adds) : result_(result), adds_(adds) {}
  [[nodiscard]] std::string_view name() const override { return "scatter_add_rows"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &x = in[first()], &index = in[first() + 1];
    require_float(x, "scatter_add_rows: x");
    require_index(index, "scatter_add_rows: the index");
    require_float(result_, "scatter_add_rows: the result");
    if (index.cols() != x.rows()) {
      refuse_shapes("scatter_add_rows: the index", index, "x", x, "there must be one for each row");
    }
    if (result_.cols() != x.cols()) {
      refuse_shapes("scatter_add_rows: the result", result_, "x", x, "it must have x's columns");
    }
    return {result_};
  }

  [[nodiscard]] std::optional<size_t> alias(size_t /*output*/) const override {
    if (adds_) return 0;
    return std::nullopt;
  }

  [[nodiscard]] Tensor accumulate(Tensor sum, std::span<const Tensor> in) const override {
    LAPILLI_ASSERT(!adds_);
    return sum.graph().apply_one(std::make_unique<ScatterAddRows>(sum.type(), true), {sum, in[0], in[1]});
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorId result = adds_ ? args.in_ids[0] : args.out_ids[0];
    if (!adds_) lower_zeros(result_, result, args.caps, out);
    const TensorType& x = args.in[first()];
    const uint64_t row = bytes_per_row(x);
    DeviceCaps limits = args.caps;
    limits.max_storage_range_bytes = std::min(limits.max_storage_range_bytes, kChainedRows * row);
    const BufferRef links = out.scratch(std::min(x.rows(), kChainedRows) * kLinkBytes);
    for (const RowRange& range : row_ranges(x.rows(), {row, kIndexBytes}, limits)) {
      add_links(args, range, links, out);
      for (const RowShard& shard : row_shards(result_, result, args.caps))
        add_rows(args, range, links, shard, out);
    }
  }

 private:
  [[nodiscard]] size_t first() const { return adds_ ? 1 : 0; }

  void add_links(const LowerArgs& args, const RowRange& range, BufferRef links, DispatchList& out) const {
    const auto rows = static_cast<double>(range.rows);
    out.add({.shader = shader::row_links(),
             .buffers = {range_of(args.in_ids[first() + 1], range, kIndexBytes), links},
             .params = Params(shader::RowLinksParams{static_cast<uint32_t>(range.rows)}),
             .groups = elementwise_groups(range.rows),
             .flops = rows * rows,
             .bytes = rows * (kIndexBytes + kLinkBytes)});
  }

  void add_rows(const LowerArgs& args, const RowRange& range, BufferRef links, const RowShard& shard,
                DispatchList& out) const {
    const TensorType& x = args.in[first()];
    const TensorType& result = args.out[0];
    out.add({.shader = shader::scatter_add_rows(x.dtype, result.dtype),
             .buffers = {range_of(args.in_ids[first()], range, bytes_per_row(x)),
                         range_of(args.in_ids[first() + 1], range, kIndexBytes), links, shard.buffer},
             .params = Params(shader::ScatterRowsParams{static_cast<uint32_t>(range.rows), x.cols(),
                                                        static_cast<uint32_t>(shard.first_row),
                                                        static_cast<uint32_t>(shard.rows)}),
             .groups = elementwise_groups(range.rows * divide_up(x.cols(), kElementsPerInvocation)),
             .flops = static_cast<double>(range.rows) * x.cols(),
             .bytes = static_cast<double>(range.rows * (bytes_per_row(x) + bytes_per_row(result)))});
  }

  TensorType result_;
  bool adds_;
};

}  // namespace

Tensor zeros(Graph& graph, const TensorType& type) {
  return graph.apply_one(std::make_unique<Zeros>(type), {});
}

Tensor scatter_add_rows(Tensor x, Tensor index, const TensorType& result) {
  return x.graph().apply_one(std::make_unique<ScatterAddRows>(result, false), {x, index});
}

}  // namespace lapilli::ops
