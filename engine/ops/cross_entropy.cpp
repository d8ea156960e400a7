// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/cross_entropy_kernels.h"
#include "engine/ops/row_wise.h"
#include "engine/ops/training.h"

namespace lapilli::ops {
namespace {

/// The rows of a range, for logits [rows, vocab] as input 0 and labels as input 1.
LabelledRows labelled_rows(const LowerArgs& args, const RowRange& range) {
  const TensorType& logits = args.in[0];
  return {.dtype = logits.dtype,
          .rows = static_cast<uint32_t>(range.rows),
          .vocab = logits.cols(),
          .logits = range_of(args.in_ids[0], range, bytes_per_row(logits)),
          .labels = range_of(args.in_ids[1], range, sizeof(int32_t))};
}

std::vector<RowRange> ranges_of(const LowerArgs& args) {
  return row_ranges(args.in[0].rows(), {bytes_per_row(args.in[0]), sizeof(int32_t)}, args.caps);
}

class CrossEntropyGradient final : public Op {
 public:
  [[nodiscard]] std::string_view name() const override { return "cross_entropy_gradient"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    return {in[0]};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    for (const RowRange& range : ranges_of(args)) {
      add_row_gradients(labelled_rows(args, range), args.input(2), args.input(3),
                        range_of(args.out_ids[0], range, bytes_per_row(args.out[0])), args.caps, out);
    }
  }
};

class CrossEntropyOp final : public Op {
 public:
  [[nodiscard]] std::string_view name() const override { return "cross_entropy"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_float(in[0], "cross_entropy: logits");
    require_labels(name(), in[0].rows(), in[1], in[2]);
    return {{DType::f32, {1}}, {DType::f32, {in[0].rows()}}};
  }

  [[nodiscard]] std::vector<Tensor> vjp(const VjpArgs& args) const override {
    refuse_other_gradients(name(), args, 2);
    return {args.graph.apply_one(std::make_unique<CrossEntropyGradient>(),
                                 {args.in[0], args.in[1], args.in[2], args.gradients[0]}),
            {},
            {}};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    for (const RowRange& range : ranges_of(args)) {
      add_row_losses(labelled_rows(args, range), range_of(args.out_ids[1], range, sizeof(float)), args.caps,
                     out);
    }
    add_scaled_sum(args.output(1), args.input(2), args.output(0), args.caps, out);
  }
};

}  // namespace

CrossEntropy cross_entropy(Tensor logits, Tensor labels, Tensor scale) {
  const Tensor inputs[] = {logits, labels, scale};
  const std::vector<Tensor> results = logits.graph().apply(std::make_unique<CrossEntropyOp>(), inputs);
  return {results[0], results[1]};
}

}  // namespace lapilli::ops
