// SPDX-License-Identifier: Apache-2.0
#include "shaders/splice.h"
#include "engine/base/bytes.h"
#include "engine/graph/graph.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/params.h"

namespace lapilli::ops {
namespace {

class Splice final : public Op {
 public:
  [[nodiscard]] std::string_view name() const override { return "splice"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_float(in[0], "splice: x");
    require_index(in[2], "splice: index");
    if (in[1].dtype != in[0].dtype || in[1].cols() != in[0].cols()) {
      refuse_shapes("splice: rows", in[1], "x", in[0], "they must have one type and as many columns");
    }
    if (in[0].rows() != 1 && in[0].rows() != in[2].cols()) {
      refuse_shapes("splice: index", in[2], "x", in[0], "x must have one row, or one for each index");
    }
    return {TensorType{in[0].dtype, {in[2].cols(), in[0].cols()}, in[2].live_rows}};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType& result = args.out[0];
    const uint64_t row = bytes_per_row(result);
    constexpr uint64_t kIndexBytes = sizeof(int32_t);
    const bool x_is_one_row = args.in[0].rows() == 1;
    for (const RowRange& range : row_ranges(result.rows(), {row, kIndexBytes}, args.caps)) {
      Dispatch dispatch{.shader = shader::splice(result.dtype)};
      dispatch.buffers = {x_is_one_row ? args.input(0) : range_of(args.in_ids[0], range, row), args.input(1),
                          range_of(args.in_ids[2], range, kIndexBytes),
                          range_of(args.out_ids[0], range, row)};
      dispatch.params = Params(shader::SpliceParams{
          static_cast<uint32_t>(range.rows), result.cols(), static_cast<uint32_t>(range.first),
          x_is_one_row ? 1u : 0u, static_cast<uint32_t>(args.in[1].rows())});
      dispatch.groups = elementwise_groups(range.rows * divide_up(result.cols(), kElementsPerInvocation));
      dispatch.live_rows = result.live_rows;
      dispatch.bytes = 2.0 * static_cast<double>(range.rows * row);
      out.add(std::move(dispatch));
    }
  }

  [[nodiscard]] std::vector<Tensor> vjp(const VjpArgs& args) const override {
    const Tensor dy = args.gradients[0], index = args.in[2];
    std::vector<Tensor> gradients(3);
    if (args.wanted[0]) {
      const Tensor nothing = zeros(args.graph, {dy.type().dtype, {1, dy.type().cols()}});
      gradients[0] = sum_repeats(ops::splice(dy, nothing, index), args.in[0].type());
    }
    if (args.wanted[1]) gradients[1] = scatter_add_rows(dy, index, args.in[1].type());
    return gradients;
  }
};

}  // namespace

Tensor splice(Tensor x, Tensor rows, Tensor index) {
  return x.graph().apply_one(std::make_unique<Splice>(), {x, rows, index});
}

}  // namespace lapilli::ops
