// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/graph.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/layer_norm.h"
#include "shaders/params.h"
#include "shaders/rms_norm.h"

namespace lapilli::ops {
namespace {

/// Both norms: x first, then the vectors of a row's length.
class Norm : public Op {
 public:
  explicit Norm(const NormOptions& norm) : norm_(norm) {}

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_float(in[0], text(name(), ": x"));
    require_row_vector(in[1], in[0].cols(), text(name(), ": weight"));
    if (in.size() > 2) require_row_vector(in[2], in[0].cols(), text(name(), ": bias"));
    return {in[0]};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType& x = args.in[0];
    const uint64_t row = bytes_per_row(x);
    for (const RowRange& range : row_ranges(x.rows(), {row}, args.caps)) {
      Dispatch dispatch{.shader = shader_for(x.dtype)};
      dispatch.constants = reduction_constants(x.cols(), args.caps);
      dispatch.buffers.push_back(range_of(args.in_ids[0], range, row));
      for (size_t index = 1; index < args.in.size(); ++index) dispatch.buffers.push_back(args.input(index));
      dispatch.buffers.push_back(range_of(args.out_ids[0], range, row));
      dispatch.params = Params(shader::NormParams{static_cast<uint32_t>(range.rows), x.cols(),
                                                  static_cast<uint32_t>(range.first), norm_.eps});
      dispatch.groups = fold_groups(range.rows);
      dispatch.live_rows = x.live_rows;
      dispatch.flops = 4.0 * static_cast<double>(range.rows) * x.cols();
      dispatch.bytes = 2.0 * static_cast<double>(range.rows * row);
      out.add(std::move(dispatch));
    }
  }

  [[nodiscard]] std::vector<Tensor> vjp(const VjpArgs& args) const override {
    const Tensor x = args.in[0], dy = args.gradients[0];
    std::vector<Tensor> gradients(args.in.size());
    if (args.wanted[0]) gradients[0] = norm_gradient(x, args.in[1], dy, norm_);
    if (args.wanted[1]) gradients[1] = norm_weight_gradient(x, dy, norm_);
    if (gradients.size() > 2 && args.wanted[2]) gradients[2] = column_sums(dy);
    return gradients;
  }

 protected:
  [[nodiscard]] virtual const ShaderInfo* shader_for(DType dtype) const = 0;

 private:
  NormOptions norm_;
};

class RmsNorm final : public Norm {
 public:
  using Norm::Norm;
  [[nodiscard]] std::string_view name() const override { return "rms_norm"; }

 protected:
  [[nodiscard]] const ShaderInfo* shader_for(DType dtype) const override { return shader::rms_norm(dtype); }
};

class LayerNorm final : public Norm {
 public:
  using Norm::Norm;
  [[nodiscard]] std::string_view name() const override { return "layer_norm"; }

 protected:
  [[nodiscard]] const ShaderInfo* shader_for(DType dtype) const override { return shader::layer_norm(dtype); }
};

}  // namespace

Tensor rms_norm(Tensor x, Tensor weight, float eps) {
  return x.graph().apply_one(std::make_unique<RmsNorm>(NormOptions{NormKind::kRms, eps}), {x, weight});
}

Tensor layer_norm(Tensor x, Tensor weight, Tensor bias, float eps) {
  return x.graph().apply_one(std::make_unique<LayerNorm>(NormOptions{NormKind::kLayer, eps}),
                             {x, weight, bias});
}

}  // namespace lapilli::ops
