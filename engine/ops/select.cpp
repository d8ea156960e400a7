// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/graph.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/argmax.h"
#include "shaders/params.h"
#include "shaders/top_k.h"

namespace lapilli::ops {
namespace {

/// argmax and top_k: a few columns of each row.
class Select : public Op {
 public:
  Select(uint32_t k, uint32_t limit) : k_(k), limit_(limit) {}

 protected:
  void check(const TensorType& x) const {
    require_float(x, text(name(), ": x"));
    if (limit_ == 0 || limit_ > x.cols()) {
      throw Error(ErrorCode::kShape, text(name(), ": x is ", x, ", limit is ", limit_));
    }
    constexpr uint32_t kMostColumns = 64;
    if (k_ == 0 || k_ > kMostColumns || k_ > limit_) {
      throw Error(ErrorCode::kShape, text(name(), ": k is ", k_, "; it must be 1 to ", kMostColumns,
                                          " and not above limit, which is ", limit_));
    }
  }

  void lower_with(const ShaderInfo* shader, const LowerArgs& args, DispatchList& out) const {
    const TensorType& x = args.in[0];
    const uint64_t row = bytes_per_row(x);
    const uint64_t result_row = uint64_t{k_} * sizeof(uint32_t);
    for (const RowRange& range : row_ranges(x.rows(), {row, result_row}, args.caps)) {
      Dispatch dispatch{.shader = shader};
      dispatch.constants = reduction_constants(limit_, args.caps);
      dispatch.buffers.push_back(range_of(args.in_ids[0], range, row));
      for (const TensorId id : args.out_ids) dispatch.buffers.push_back(range_of(id, range, result_row));
      dispatch.params = Params(shader::SelectParams{static_cast<uint32_t>(range.rows), x.cols(),
                                                    static_cast<uint32_t>(range.first), limit_, k_});
      dispatch.groups = fold_groups(range.rows);
      dispatch.live_rows = x.live_rows;
      dispatch.bytes = static_cast<double>(range.rows * row);
      out.add(std::move(dispatch));
    }
  }

  uint32_t k_;
  uint32_t limit_;
};

class ArgMax final : public Select {
 public:
  explicit ArgMax(uint32_t limit) : Select(1, limit) {}
  [[nodiscard]] std::string_view name() const override { return "argmax"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    check(in[0]);
    return {TensorType{DType::i32, {in[0].rows()}, in[0].live_rows}};
  }
  void lower(const LowerArgs& args, DispatchList& out) const override {
    lower_with(shader::argmax(args.in[0].dtype), args, out);
  }
};

class TopKOp final : public Select {
 public:
  using Select::Select;
  [[nodiscard]] std::string_view name() const override { return "top_k"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    check(in[0]);
    return {TensorType{DType::f32, {in[0].rows(), k_}, in[0].live_rows},
            TensorType{DType::i32, {in[0].rows(), k_}, in[0].live_rows}};
  }
  void lower(const LowerArgs& args, DispatchList& out) const override {
    lower_with(shader::top_k(args.in[0].dtype), args, out);
  }
};

}  // namespace

Tensor argmax(Tensor x, uint32_t limit) {
  return x.graph().apply_one(std::make_unique<ArgMax>(limit), {x});
}

TopK top_k(Tensor x, uint32_t k, uint32_t limit) {
  const Tensor inputs[] = {x};
  const std::vector<Tensor> results = x.graph().apply(std::make_unique<TopKOp>(k, limit), inputs);
  return {results[0], results[1]};
}

}  // namespace lapilli::ops
