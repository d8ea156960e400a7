// SPDX-License-Identifier: Apache-2.0
#include "shaders/dropout.h"
#include "engine/base/bytes.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/params.h"

#include <cmath>

namespace lapilli::ops {
namespace {

/// With a probability of 0 it only scales, and has no seed.
class Dropout final : public Op {
 public:
  Dropout(double probability, uint32_t salt, float factor)
      : probability_(probability), salt_(salt), factor_(factor) {}
  std::string_view name() const override { return probability_ > 0 ? "dropout" : "scale"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_float(in[0], text(name(), ": x"));
    if (in.size() > 1 && (in[1].dtype != DType::i32 || in[1].shape.elements() != 1))
      throw Error(ErrorCode::kShape, text("dropout: the seed is ", in[1], "; it must be i32 [1]"));
    return {in[0]};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType& x = args.in[0];
    const uint64_t row = bytes_per_row(x);
    const auto threshold = static_cast<uint32_t>(std::ldexp(probability_, 32));
    for (const RowRange& range : row_ranges(x.rows(), {row}, args.caps)) {
      const uint64_t elements = range.rows * x.cols();
      const BufferRef from = range_of(args.in_ids[0], range, row);
      const shader::DropoutParams params{.elements = static_cast<uint32_t>(elements),
                                         .first_element = static_cast<uint32_t>(range.first * x.cols()),
                                         .threshold = threshold,
                                         .salt = salt_,
                                         .factor = factor_};
      out.add({.shader = shader::dropout(x.dtype),
               .buffers = {from, args.in.size() > 1 ? args.input(1) : from,
                           range_of(args.out_ids[0], range, row)},
               .params = Params(params),
               .groups = elementwise_groups(divide_up(elements, uint64_t{kElementsPerInvocation})),
               .flops = static_cast<double>(elements),
               .bytes = 2.0 * static_cast<double>(from.size_bytes)});
    }
  }

  /// What was left out has no gradient; the rest has the same factor.
  std::vector<Tensor> vjp(const VjpArgs& args) const override {
    std::vector<Tensor> inputs(args.in.begin(), args.in.end());
    inputs[0] = args.gradients[0];
    std::vector<Tensor> result(args.in.size());
    result[0] = args.graph.apply(std::make_unique<Dropout>(*this), inputs).front();
    return result;
  }

 private:
  double probability_;
  uint32_t salt_;
  float factor_;
};

}  // namespace

Tensor scale(Tensor x, float factor) {
  return x.graph().apply_one(std::make_unique<Dropout>(0.0, 0, factor), {x});
}

Tensor dropout(Tensor x, Tensor seed, double probability, uint32_t salt) {
  if (!(probability > 0 && probability < 1)) {
    throw Error(ErrorCode::kInvalidArgument,
                text("dropout: the probability is ", probability, "; it must lie between 0 and 1"));
  }
  const auto factor = static_cast<float>(1 / (1 - probability));
  return x.graph().apply_one(std::make_unique<Dropout>(probability, salt, factor), {x, seed});
}

}  // namespace lapilli::ops
