// SPDX-License-Identifier: Apache-2.0
#include "shaders/multiply_add.h"
#include "engine/base/bytes.h"
#include "engine/ops/measure.h"
#include "shaders/params.h"

namespace lapilli::ops {
namespace {

constexpr uint64_t kElementsOfInvocation = 16;  ///< as the shader has it

class MultiplyAdd final : public Op {
 public:
  explicit MultiplyAdd(uint32_t rounds) : rounds_(rounds) {}
  [[nodiscard]] std::string_view name() const override { return "multiply_add"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    if (in[0].dtype != DType::f32 || in[0].shape.elements() % kElementsOfInvocation != 0) {
      throw Error(ErrorCode::kShape, text("multiply_add: x is ", in[0], "; it must be f32 of a multiple of ",
                                          kElementsOfInvocation, " elements"));
    }
    return {in[0]};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const uint64_t elements = args.in[0].shape.elements();
    const uint32_t local_size = args.caps.is_software() ? 8 : 64;
    out.add({.shader = shader::multiply_add(),
             .constants = {local_size, rounds_},
             .buffers = {args.input(0), args.output(0)},
             .params = Params(shader::FlatParams{static_cast<uint32_t>(elements)}),
             .groups = fold_groups(divide_up(elements, kElementsOfInvocation * local_size)),
             .flops = 2.0 * static_cast<double>(elements) * rounds_,
             .bytes = 2.0 * static_cast<double>(args.in[0].size_bytes())});
  }

 private:
  uint32_t rounds_;
};

}  // namespace

Tensor multiply_add(Tensor x, uint32_t rounds) {
  return x.graph().apply_one(std::make_unique<MultiplyAdd>(rounds), {x});
}

}  // namespace lapilli::ops
