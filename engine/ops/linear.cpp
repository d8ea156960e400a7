// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/linear_kernels.h"
#include "shaders/linear_registers.h"

namespace lapilli::ops {
namespace {

class Linear final : public Op {
 public:
  Linear(Activation activation, bool has_bias, bool has_residual)
      : activation_(activation), has_bias_(has_bias), has_residual_(has_residual) {}
  std::string_view name() const override { return "linear"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &x = in[0], &weight = in[1];
    if (shader::linear_registers(x.dtype, weight.dtype) == nullptr) {
      throw Error(ErrorCode::kShape, text("linear: x is ", x, ", weight ", weight,
                                          "; x must be of a float type, the weight of a weight type"));
    }
    if (x.shape.rank() != 2 || weight.shape.rank() != 2 || x.cols() != weight.cols()) {
      throw Error(ErrorCode::kShape, text("linear: weight is ", weight.shape, ", x is ", x.shape,
                                          "; both need two axes and equal columns"));
    }
    const TensorType y{x.dtype, {x.rows(), weight.rows()}, x.live_rows};
    if (has_bias_ && (in[2].dtype != DType::f32 || in[2].shape != Shape{weight.rows()})) {
      throw Error(ErrorCode::kShape,
                  text("linear: weight is ", weight.shape, ", bias ", in[2], "; it must be f32, one a row"));
    }
    const TensorType* residual = has_residual_ ? &in[has_bias_ ? 3 : 2] : nullptr;
    if (residual && (residual->dtype != y.dtype || residual->shape != y.shape)) {
      throw Error(ErrorCode::kShape,
                  text("linear: the result is ", y, ", residual ", *residual, "; they must agree"));
    }
    return {y};
  }

  /// One dispatch, or one for each run of rows of a weight larger than a binding may be.
  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType &x = args.in[0], &weight = args.in[1];
    const LinearKernel kernel = choose_linear_kernel({.x = x.dtype,
                                                      .weight = weight.dtype,
                                                      .tokens = x.rows(),
                                                      .in_dim = x.cols(),
                                                      .activation = static_cast<uint32_t>(activation_)},
                                                     args.caps);
    LinearBuffers buffers{
        .x = args.input(0), .weight = row_shards(weight, args.in_ids[1], args.caps), .y = args.output(0)};
    if (has_bias_) buffers.bias = args.input(2);
    if (has_residual_) buffers.residual = args.input(has_bias_ ? 3 : 2);
    add_linear(kernel, x, static_cast<uint32_t>(weight.rows()), buffers, out);
  }

  [[nodiscard]] std::vector<Tensor> vjp(const VjpArgs& args) const override {
    if (activation_ != Activation::kNone) {
      throw Error(
          ErrorCode::kUnsupported,
          "linear: one with an activation has no gradient; call set_differentiable() on the graph before "
          "it is built, which keeps the two apart");
    }
    const Tensor dy = args.gradients[0], x = args.in[0], weight = args.in[1];
    std::vector<Tensor> results(args.in.size());
    if (args.wanted[0]) results[0] = linear_transposed(dy, weight);
    if (args.wanted[1]) {
      if (is_quantized(weight.type().dtype)) {
        throw Error(ErrorCode::kUnsupported,
                    text("linear: the weight ", weight.type(),
                         " is quantized and cannot be trained; train an adapter on it"));
      }
      results[1] = linear_weight_gradient(dy, x);
    }
    if (has_bias_ && args.wanted[2]) results[2] = column_sums(dy);
    if (has_residual_ && args.wanted.back()) results.back() = dy;
    return results;
  }

 private:
  Activation activation_;
  bool has_bias_;
  bool has_residual_;
};

/// The same out of operators that have gradients.
Tensor composed_linear(Tensor x, Tensor weight, const LinearOperands& more) {
  const Tensor sums = linear(x, weight, {.bias = more.bias});
  const Tensor y = more.activation == Activation::kQuickGelu ? quick_gelu(sums) : gelu_erf(sums);
  return more.residual ? add(y, more.residual) : y;
}

}  // namespace

Tensor linear(Tensor x, Tensor weight, const LinearOperands& more) {
  if (x.graph().differentiable() && more.activation != Activation::kNone) {
    return composed_linear(x, weight, more);
  }
  auto op = std::make_unique<Linear>(more.activation, bool{more.bias}, bool{more.residual});
  std::vector<Tensor> inputs = {x, weight};
  if (more.bias) inputs.push_back(more.bias);
  if (more.residual) inputs.push_back(more.residual);
  return x.graph().apply(std::move(op), inputs).front();
}

}  // namespace lapilli::ops
