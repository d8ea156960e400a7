// SPDX-License-Identifier: Apache-2.0
#include "shaders/cross_entropy.h"
#include "engine/ops/cross_entropy_kernels.h"
#include "engine/ops/row_wise.h"
#include "engine/ops/training.h"
#include "shaders/cross_entropy_gradient.h"
#include "shaders/params.h"
#include "shaders/scaled_sum.h"

namespace lapilli::ops {
namespace {

Dispatch row_dispatch(const ShaderInfo* shader, const LabelledRows& in, std::vector<BufferRef> buffers,
                      const DeviceCaps& caps) {
  constexpr double kOperationsOfAnExponential = 16;
  return {.shader = shader,
          .constants = reduction_constants(in.vocab, caps),
          .buffers = std::move(buffers),
          .params = Params(shader::CrossEntropyParams{in.rows, in.vocab}),
          .groups = fold_groups(in.rows),
          .flops = kOperationsOfAnExponential * in.rows * in.vocab,
          .bytes = static_cast<double>(in.logits.size_bytes)};
}

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

void add_row_losses(const LabelledRows& in, BufferRef losses, const DeviceCaps& caps, DispatchList& out) {
  out.add(row_dispatch(shader::cross_entropy(in.dtype), in, {in.logits, in.labels, losses}, caps));
}

void add_row_gradients(const LabelledRows& in, BufferRef scale, BufferRef upstream, BufferRef gradient,
                       const DeviceCaps& caps, DispatchList& out) {
  out.add(row_dispatch(shader::cross_entropy_gradient(in.dtype), in,
                       {in.logits, in.labels, scale, upstream, gradient}, caps));
}

void add_scaled_sum(BufferRef values, BufferRef scale, BufferRef result, const DeviceCaps& caps,
                    DispatchList& out) {
  const auto elements = static_cast<uint32_t>(values.size_bytes / sizeof(float));
  out.add({.shader = shader::scaled_sum(),
           .constants = reduction_constants(elements, caps),
           .buffers = {values, scale, result},
           .params = Params(shader::FlatParams{elements}),
           .flops = static_cast<double>(elements),
           .bytes = static_cast<double>(values.size_bytes)});
}

void require_labels(std::string_view op, uint64_t rows, const TensorType& labels, const TensorType& scale) {
  if (labels.dtype != DType::i32 || labels.shape != Shape{rows}) {
    throw Error(ErrorCode::kShape, text(op, ": labels are ", labels, "; they must be i32 [", rows, "]"));
  }
  require_row_vector(scale, 1, text(op, ": scale"));
}

void refuse_other_gradients(std::string_view op, const VjpArgs& args, size_t scale_input) {
  if (!args.gradients[1] && !args.wanted[scale_input]) return;
  throw Error(ErrorCode::kUnsupported, text(op, ": row losses and the scale have no gradient"));
}

CrossEntropy cross_entropy(Tensor logits, Tensor labels, Tensor scale) {
  const Tensor inputs[] = {logits, labels, scale};
  const std::vector<Tensor> results = logits.graph().apply(std::make_unique<CrossEntropyOp>(), inputs);
  return {results[0], results[1]};
}

}  // namespace lapilli::ops
