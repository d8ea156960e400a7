// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/cross_entropy_kernels.h"

#include "engine/ops/row_wise.h"
#include "shaders/cross_entropy.h"
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

}  // namespace lapilli::ops
