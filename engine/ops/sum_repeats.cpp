// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/graph.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"

namespace lapilli::ops {
namespace {

/// Column sums of x seen as rows of the length of the whole result.
class SumRepeats final : public Op {
 public:
  explicit SumRepeats(const TensorType& result) : result_(result) {}
  [[nodiscard]] std::string_view name() const override { return "sum_repeats"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_float(in[0], "sum_repeats: x");
    require_float(result_, "sum_repeats: the result");
    if (result_.cols() != in[0].cols() || in[0].rows() % result_.rows() != 0) {
      refuse_shapes("sum_repeats: the result", result_, "x", in[0],
                    "it must have x's columns and x's rows or a divisor of them");
    }
    return {result_};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const uint64_t repeats = args.in[0].rows() / result_.rows();
    if (repeats == 1) {
      return lower_convert(args.in[0], args.in_ids[0], result_, args.out_ids[0], args.caps, out);
    }
    const TensorType x{args.in[0].dtype, {repeats, result_.shape.elements()}};
    if (result_.dtype == DType::f32) {
      return lower_column_sums(x, args.in_ids[0], args.output(0), args.caps, out);
    }
    const TensorType sums{DType::f32, result_.shape};
    const BufferRef scratch = out.scratch(sums.size_bytes());
    lower_column_sums(x, args.in_ids[0], scratch, args.caps, out);
    lower_convert(sums, scratch.tensor, result_, args.out_ids[0], args.caps, out);
  }

 private:
  TensorType result_;
};

}  // namespace

Tensor sum_repeats(Tensor x, const TensorType& result) {
  if (x.type() == result) return x;
  return x.graph().apply_one(std::make_unique<SumRepeats>(result), {x});
}

}  // namespace lapilli::ops
