// SPDX-License-Identifier: Apache-2.0
#include "shaders/rope.h"
#include "engine/ops/ops.h"
#include "shaders/params.h"

namespace lapilli::ops {
namespace {

class Rope final : public Op {
 public:
  Rope(RopePairing pairing, RopeDirection direction) : pairing_(pairing), direction_(direction) {}
  std::string_view name() const override { return "rope"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &x = in[0], &positions = in[1], &table = in[2];
    if (shader::rope(x.dtype) == nullptr) {
      throw Error(ErrorCode::kShape, text("rope: x is ", x, "; it must be of a float type"));
    }
    if (positions.dtype != DType::i32 || positions.shape != Shape{x.rows()}) {
      throw Error(ErrorCode::kShape,
                  text("rope: x is ", x, ", positions ", positions, "; they must be i32, one a row"));
    }
    if (table.dtype != DType::f32 || table.shape.rank() != 2 || table.cols() % 2 != 0 ||
        x.cols() % table.cols() != 0) {
      throw Error(ErrorCode::kShape, text("rope: x is ", x, ", the table ", table,
                                          "; it must be f32 [context, head_dim], head_dim even and a divisor "
                                          "of x's columns"));
    }
    return {x};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType &x = args.in[0], &table = args.in[2];
    const shader::RopeParams params{.rows = static_cast<uint32_t>(x.rows()),
                                    .cols = x.cols(),
                                    .context = table.shape[0],
                                    .interleaved = pairing_ == RopePairing::kInterleaved ? 1u : 0u,
                                    .direction = direction_ == RopeDirection::kForward ? 1.0f : -1.0f};
    out.add({.shader = shader::rope(x.dtype),
             .constants = {args.caps.is_software() ? args.caps.subgroup_size : 64u, table.cols()},
             .buffers = {args.input(0), args.input(1), args.input(2), args.output(0)},
             .params = Params(params),
             .groups = fold_groups(x.rows()),
             .live_rows = x.live_rows,
             .flops = 3.0 * static_cast<double>(x.shape.elements()),
             .bytes = 2.0 * static_cast<double>(x.size_bytes())});
  }

  /// The transposed rotation is the one by the negative angle.
  std::vector<Tensor> vjp(const VjpArgs& args) const override {
    if (args.wanted[2]) return Op::vjp(args);
    const auto opposite =
        direction_ == RopeDirection::kForward ? RopeDirection::kBackward : RopeDirection::kForward;
    return {rope(args.gradients[0], args.in[1], args.in[2], pairing_, opposite), {}, {}};
  }

 private:
  RopePairing pairing_;
  RopeDirection direction_;
};

}  // namespace

Tensor rope(Tensor x, Tensor positions, Tensor table, RopePairing pairing, RopeDirection direction) {
  return x.graph().apply_one(std::make_unique<Rope>(pairing, direction), {x, positions, table});
}

}  // namespace lapilli::ops
