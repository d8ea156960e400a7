// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/linear_kernels.h"
#include "shaders/linear_registers.h"

namespace lapilli::ops {
namespace {

class JoinedLinear final : public Op {
 public:
  std::string_view name() const override { return "joined_linear"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType& x = in[0];
    uint64_t columns = 0;
    for (const TensorType& weight : in.subspan(1)) {
      if (shader::linear_registers(x.dtype, weight.dtype) == nullptr || x.shape.rank() != 2 ||
          weight.shape.rank() != 2 || x.cols() != weight.cols()) {
        throw Error(ErrorCode::kShape, text("joined_linear: weight is ", weight, ", x is ", x,
                                            "; both need two axes and equal columns, x a float type"));
      }
      columns += weight.rows();
    }
    return {{x.dtype, {x.rows(), columns}, x.live_rows}};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType &x = args.in[0], &y = args.out[0];
    uint64_t first_column = 0;
    for (size_t index = 1; index < args.in.size(); ++index) {
      const TensorType& weight = args.in[index];
      const LinearKernel kernel = choose_linear_kernel(
          {.x = x.dtype, .weight = weight.dtype, .tokens = x.rows(), .in_dim = x.cols()}, args.caps);
      add_linear(kernel, x, y.cols(),
                 {.x = args.input(0),
                  .weight = row_shards(weight, args.in_ids[index], args.caps),
                  .y = args.output(0),
                  .first_column = first_column},
                 out);
      first_column += weight.rows();
    }
  }
};

}  // namespace

Tensor joined_linear(Tensor x, std::span<const Tensor> weights) {
  std::vector<Tensor> inputs = {x};
  inputs.insert(inputs.end(), weights.begin(), weights.end());
  return x.graph().apply(std::make_unique<JoinedLinear>(), inputs).front();
}

}  // namespace lapilli::ops
