// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/graph/graph.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/norm_gradient.h"
#include "shaders/norm_statistics.h"
#include "shaders/norm_weight_gradient.h"
#include "shaders/params.h"

namespace lapilli::ops {
namespace {

/// Rows that one invocation adds; column_sums adds their sums.
constexpr uint64_t kChunkRows = 64;
constexpr uint64_t kStatisticsBytes = 2 * sizeof(float);

void require_same_type(const TensorType& dy, const TensorType& x, std::string_view name) {
  require_float(x, text(name, ": x"));
  if (dy.dtype == x.dtype && dy.shape == x.shape) return;
  refuse_shapes(text(name, ": dy"), dy, "x", x, "they must be equal");
}

/// A launch of one workgroup a row, which reduces it.
Dispatch row_dispatch(const ShaderInfo* shader, const NormOptions& norm, uint32_t cols, const RowRange& range,
                      std::vector<BufferRef> buffers, const DeviceCaps& caps) {
  Dispatch dispatch{.shader = shader, .buffers = std::move(buffers)};
  dispatch.constants = reduction_constants(cols, caps);
  dispatch.constants.push_back(norm.kind == NormKind::kLayer ? 1u : 0u);
  dispatch.params = Params(shader::NormParams{static_cast<uint32_t>(range.rows), cols,
                                              static_cast<uint32_t>(range.first), norm.eps});
  dispatch.groups = fold_groups(range.rows);
  dispatch.flops = 8.0 * static_cast<double>(range.rows) * cols;
  for (const BufferRef& buffer : dispatch.buffers) dispatch.bytes += static_cast<double>(buffer.size_bytes);
  return dispatch;
}

class NormGradient final : public Op {
 public:
  explicit NormGradient(const NormOptions& norm) : norm_(norm) {}
  [[nodiscard]] std::string_view name() const override { return "norm_gradient"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_same_type(in[2], in[0], name());
    require_row_vector(in[1], in[0].cols(), "norm_gradient: weight");
    return {in[0]};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType& x = args.in[0];
    const uint64_t row = bytes_per_row(x);
    for (const RowRange& range : row_ranges(x.rows(), {row}, args.caps)) {
      out.add(row_dispatch(shader::norm_gradient(x.dtype), norm_, x.cols(), range,
                           {range_of(args.in_ids[0], range, row), args.input(1),
                            range_of(args.in_ids[2], range, row), range_of(args.out_ids[0], range, row)},
                           args.caps));
    }
  }

 private:
  NormOptions norm_;
};

/// The rows' statistics, then partial sums over chunks of rows, then the sums of those.
class NormWeightGradient final : public Op {
 public:
  explicit NormWeightGradient(const NormOptions& norm) : norm_(norm) {}
  [[nodiscard]] std::string_view name() const override { return "norm_weight_gradient"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    require_same_type(in[1], in[0], name());
    return {{DType::f32, {in[0].cols()}}};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType& x = args.in[0];
    const uint64_t row = bytes_per_row(x);
    const std::vector<RowRange> ranges = row_ranges(x.rows(), {row, kStatisticsBytes}, args.caps);
    uint64_t chunks = 0;
    for (const RowRange& range : ranges) chunks += divide_up(range.rows, kChunkRows);
    const BufferRef statistics = out.scratch(x.rows() * kStatisticsBytes);
    const TensorType partial_type{DType::f32, {chunks, x.cols()}};
    const BufferRef partial = chunks == 1 ? args.output(0) : out.scratch(partial_type.size_bytes());
    uint64_t first_chunk = 0;
    for (const RowRange& range : ranges) {
      const BufferRef range_statistics = range_of(statistics.tensor, range, kStatisticsBytes);
      out.add(row_dispatch(shader::norm_statistics(x.dtype), norm_, x.cols(), range,
                           {range_of(args.in_ids[0], range, row), range_statistics}, args.caps));
      out.add(partial_sums(args, range, range_statistics, partial, first_chunk));
      first_chunk += divide_up(range.rows, kChunkRows);
    }
    if (chunks > 1) lower_column_sums(partial_type, partial.tensor, args.output(0), args.caps, out);
  }

 private:
  static Dispatch partial_sums(const LowerArgs& args, const RowRange& range, BufferRef statistics,
                               BufferRef partial, uint64_t first_chunk) {
    const TensorType& x = args.in[0];
    const uint64_t row = bytes_per_row(x);
    const uint32_t local_size = args.caps.is_software() ? args.caps.subgroup_size : 64;
    const uint64_t quads = divide_up(range.rows, kChunkRows) * divide_up(uint64_t{x.cols()}, uint64_t{4});
    return {.shader = shader::norm_weight_gradient(x.dtype),
            .constants = {local_size, x.cols() % 4 != 0 ? 1u : 0u},
            .buffers = {range_of(args.in_ids[0], range, row), range_of(args.in_ids[1], range, row),
                        statistics, partial},
            .params = Params(shader::NormWeightGradientParams{static_cast<uint32_t>(range.rows), x.cols(),
                                                              static_cast<uint32_t>(kChunkRows),
                                                              static_cast<uint32_t>(first_chunk)}),
            .groups = fold_groups(divide_up(quads, uint64_t{local_size})),
            .flops = 4.0 * static_cast<double>(range.rows) * x.cols(),
            .bytes = 2.0 * static_cast<double>(range.rows * row)};
  }

  NormOptions norm_;
};

}  // namespace

Tensor norm_gradient(Tensor x, Tensor weight, Tensor dy, const NormOptions& norm) {
  return x.graph().apply_one(std::make_unique<NormGradient>(norm), {x, weight, dy});
}

Tensor norm_weight_gradient(Tensor x, Tensor dy, const NormOptions& norm) {
  return x.graph().apply_one(std::make_unique<NormWeightGradient>(norm), {x, dy});
}

}  // namespace lapilli::ops
