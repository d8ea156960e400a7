// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/graph/graph.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/gather_rows.h"
#include "shaders/params.h"

namespace lapilli::ops {
namespace {

constexpr uint32_t kColsPerInvocation = 8;
/// Rows of a multiple of this length are read in wide words.
constexpr uint32_t kAlignedCols = 32;

/// Rows of a table by number; embedding and gather_rows.
class Gather final : public Op {
 public:
  /// The table's gradient has a storage type of its own.
  Gather(std::string_view name, DType result, DType gradient)
      : name_(name), result_(result), gradient_(gradient) {}
  [[nodiscard]] std::string_view name() const override { return name_; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_index(in[1], text(name_, ": the index"));
    const TensorType result{result_, {in[1].cols(), in[0].cols()}, in[1].live_rows};
    require_float(result, text(name_, ": the result"));
    if (shader::gather_rows(in[0].dtype, result_) == nullptr) {
      throw Error(ErrorCode::kShape, text(name_, ": the table is ", in[0], "; it must hold numbers"));
    }
    return {result};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType& table = args.in[0];
    const TensorType& result = args.out[0];
    const uint64_t row = bytes_per_row(result);
    constexpr uint64_t kIndexBytes = sizeof(int32_t);
    for (const RowRange& range : row_ranges(result.rows(), {row, kIndexBytes}, args.caps)) {
      for (const RowShard& shard : row_shards(table, args.in_ids[0], args.caps)) {
        Dispatch dispatch{.shader = shader::gather_rows(table.dtype, result_)};
        dispatch.constants = {kElementwiseGroup, table.cols() % kAlignedCols == 0 ? 0u : 1u};
        dispatch.buffers = {shard.buffer, range_of(args.in_ids[1], range, kIndexBytes),
                            range_of(args.out_ids[0], range, row)};
        dispatch.params = Params(shader::GatherRowsParams{
            static_cast<uint32_t>(range.rows), result.cols(), static_cast<uint32_t>(range.first),
            static_cast<uint32_t>(shard.first_row), static_cast<uint32_t>(shard.rows),
            static_cast<uint32_t>(table.rows())});
        dispatch.groups = elementwise_groups(range.rows * divide_up(result.cols(), kColsPerInvocation));
        dispatch.live_rows = result.live_rows;
        dispatch.bytes = static_cast<double>(range.rows * (row + bytes_per_row(table)));
        out.add(std::move(dispatch));
      }
    }
  }

  [[nodiscard]] std::vector<Tensor> vjp(const VjpArgs& args) const override {
    const TensorType& table = args.in[0].type();
    if (is_quantized(table.dtype)) {
      throw Error(ErrorCode::kUnsupported,
                  text(name_, ": the table is ", table, "; only one of a float type has a gradient"));
    }
    return {scatter_add_rows(args.gradients[0], args.in[1], {gradient_, table.shape}), {}};
  }

 private:
  std::string_view name_;
  DType result_;
  DType gradient_;
};

}  // namespace

Tensor embedding(Tensor table, Tensor ids, DType result) {
  return table.graph().apply_one(std::make_unique<Gather>("embedding", result, DType::f32), {table, ids});
}

Tensor gather_rows(Tensor x, Tensor index) {
  const DType dtype = x.type().dtype;
  return x.graph().apply_one(std::make_unique<Gather>("gather_rows", dtype, dtype), {x, index});
}

}  // namespace lapilli::ops
