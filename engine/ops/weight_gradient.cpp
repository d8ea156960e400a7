// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/graph/graph.h"
#include "engine/ops/accumulable.h"
#include "engine/ops/linear_kernels.h"
#include "engine/ops/octet_sums.h"
#include "engine/ops/row_wise.h"
#include "shaders/params.h"
#include "shaders/weight_gradient_octets.h"
#include "shaders/weight_gradient_registers.h"
#include "shaders/weight_gradient_registers_wide.h"
#include "shaders/weight_gradient_tile.h"

#include <algorithm>
#include <optional>

namespace lapilli::ops {
namespace {

/// Inputs: the sum that the result is added to where `adds`, dy, x.
class LinearWeightGradient final : public Op, public Accumulable {
 public:
  explicit LinearWeightGradient(bool adds) : adds_(adds) {}
  std::string_view name() const override { return "linear_weight_gradient"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &dy = in[first()], &x = in[first() + 1];
    if (shader::weight_gradient_registers(x.dtype) == nullptr || dy.dtype != x.dtype ||
        dy.shape.rank() != 2 || x.shape.rank() != 2 || dy.rows() != x.rows()) {
      throw Error(ErrorCode::kShape, text("linear_weight_gradient: dy is ", dy, ", x is ", x,
                                          "; both must be of one float type with two axes and equal rows"));
    }
    return {{DType::f32, {dy.cols(), x.cols()}}};
  }

  [[nodiscard]] std::optional<size_t> alias(size_t /*output*/) const override {
    if (adds_) return 0;
    return std::nullopt;
  }

  [[nodiscard]] Tensor accumulate(Tensor sum, std::span<const Tensor> in) const override {
    LAPILLI_ASSERT(!adds_);
    return sum.graph().apply_one(std::make_unique<LinearWeightGradient>(true), {sum, in[0], in[1]});
  }

  /// One launch, or one for each run of rows of a result larger than a binding may be, and on a processor for
  /// each run of tokens that stays in its cache.
  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType &dy = args.in[first()], &x = args.in[first() + 1];
    if (has_panels(dy, x, args.caps)) {
      lower_panels(args, out);
      return;
    }
    const TensorId result = adds_ ? args.in_ids[0] : args.out_ids[0];
    for (const RowShard& shard : row_shards(args.out[0], result, args.caps)) {
      for (const RowRange& tokens : token_ranges(dy, x, args.caps)) add_launch(args, shard, tokens, out);
    }
  }

 private:
  [[nodiscard]] size_t first() const { return adds_ ? 1 : 0; }

  static bool is_ragged(const TensorType& x) { return x.cols() % 32 != 0; }

  /// Panels of dy's columns and of x's are copied, which must be bound whole.
  static bool has_panels(const TensorType& dy, const TensorType& x, const DeviceCaps& caps) {
    if (!has_octet_sums(caps, x.cols()) || x.live_rows || dy.live_rows || x.rows() < kLeastOfOctetSums ||
        dy.cols() < kLeastOfOctetSums) {
      return false;
    }
    return bytes_of_panels(x.rows(), std::max(dy.cols(), x.cols())) <= caps.max_storage_range_bytes;
  }

  /// Runs of rows of the result of which the panels of dy stay in a processor's cache.
  void lower_panels(const LowerArgs& args, DispatchList& out) const {
    constexpr uint64_t kRows = 2048;
    const TensorType &dy = args.in[first()], &x = args.in[first() + 1];
    const std::vector<RowShard> shards =
        row_shards(args.out[0], adds_ ? args.in_ids[0] : args.out_ids[0], args.caps, kRows);
    const BufferRef x_panels = out.scratch(bytes_of_panels(x.rows(), x.cols()));
    const BufferRef dy_panels = out.scratch(bytes_of_panels(x.rows(), shards[0].rows));
    add_panels({.dtype = x.dtype, .rows = x.rows(), .pitch = x.cols(), .first = 0, .count = x.cols()},
               args.input(first() + 1), kOctets, x_panels, out);
    for (const RowShard& shard : shards) {
      add_panels({.dtype = dy.dtype,
                  .rows = dy.rows(),
                  .pitch = dy.cols(),
                  .first = shard.first_row,
                  .count = shard.rows},
                 args.input(first()), 1, dy_panels, out);
      add_products(args, shard, dy_panels, x_panels, out);
    }
  }

  void add_products(const LowerArgs& args, const RowShard& shard, BufferRef dy_panels, BufferRef x_panels,
                    DispatchList& out) const {
    constexpr uint32_t kRows = 8, kDepth = kLeastOfOctetSums, kBlock = 32;
    const TensorType& x = args.in[first() + 1];
    const shader::LinearGradientParams params{.tokens = static_cast<uint32_t>(x.rows()),
                                              .in_dim = x.cols(),
                                              .out_dim = args.in[first()].cols(),
                                              .first_row = static_cast<uint32_t>(shard.first_row),
                                              .bound_rows = static_cast<uint32_t>(shard.rows)};
    const uint64_t panels = x.cols() / (8 * kOctets);
    out.add(
        {.shader = shader::weight_gradient_octets(),
         .constants = {kRows, kOctets, kDepth, kBlock, adds_ ? 1u : 0u},
         .buffers = {dy_panels, x_panels, shard.buffer},
         .params = Params(params),
         .addressed_bindings = 2,
         .groups = fold_groups(divide_up(shard.rows, uint64_t{kBlock}) * panels),
         .flops = 2.0 * static_cast<double>(x.rows() * shard.rows * x.cols()),
         .bytes = static_cast<double>(shard.buffer.size_bytes + x_panels.size_bytes + dy_panels.size_bytes)});
  }

  static std::vector<RowRange> token_ranges(const TensorType& dy, const TensorType& x,
                                            const DeviceCaps& caps) {
    constexpr uint64_t kFew = 1024;
    const bool live = x.live_rows || dy.live_rows;  // they count from the first token
    const uint64_t most = caps.is_software() && !live ? kFew : std::max(x.rows(), uint64_t{1});
    std::vector<RowRange> ranges;
    for (uint64_t begin = 0; begin < x.rows(); begin += most)
      ranges.push_back({begin, std::min(most, x.rows() - begin)});
    return ranges;
  }

  void add_launch(const LowerArgs& args, const RowShard& shard, const RowRange& tokens,
                  DispatchList& out) const {
    const TensorType &dy = args.in[first()], &x = args.in[first() + 1];
    LinearKernel kernel = choose_kernel(dy, x, shard, args.caps);
    kernel.constants.push_back(adds_ || tokens.first > 0 ? 1 : 0);
    const shader::LinearGradientParams params{.tokens = static_cast<uint32_t>(tokens.rows),
                                              .in_dim = x.cols(),
                                              .out_dim = dy.cols(),
                                              .first_row = static_cast<uint32_t>(shard.first_row),
                                              .bound_rows = static_cast<uint32_t>(shard.rows)};
    const uint64_t columns = x.cols();
    const BufferRef dy_rows = range_of(args.in_ids[first()], tokens, bytes_per_row(dy));
    const BufferRef x_rows = range_of(args.in_ids[first() + 1], tokens, bytes_per_row(x));
    out.add({.shader = kernel.shader,
             .constants = kernel.constants,
             .buffers = {dy_rows, x_rows, shard.buffer},
             .params = Params(params),
             .addressed_bindings = kernel.addressed_bindings,
             .groups = fold_groups(divide_up(shard.rows, kernel.rows) * divide_up(columns, kernel.columns)),
             .live_rows = x.live_rows || dy.live_rows,
             .flops = 2.0 * static_cast<double>(tokens.rows * shard.rows * columns),
             .bytes = static_cast<double>(shard.buffer.size_bytes + x_rows.size_bytes +
                                          tokens.rows * shard.rows * block_bytes(dy.dtype))});
  }

  /// Without its last constant, ADDS.
  static LinearKernel choose_kernel(const TensorType& dy, const TensorType& x, const RowShard& shard,
                                    const DeviceCaps& caps) {
    const bool ragged = is_ragged(x);
    const bool ragged_out = dy.cols() % 4 != 0 || shard.first_row % 4 != 0 || shard.rows % 4 != 0;
    const uint32_t flags[] = {ragged ? 1u : 0u, ragged_out ? 1u : 0u};
    if (!caps.is_software() && has_tile_kernel(caps)) {
      return {shader::weight_gradient_tile(x.dtype), {flags[0], flags[1]}, 64, 64};
    }
    const RegisterTile tile = register_tile(caps, ragged);
    const uint32_t rows = std::max(4u, rows_of_tile(shard.rows, tile.most_rows));
    return {tile.wide ? shader::weight_gradient_registers_wide(x.dtype)
                      : shader::weight_gradient_registers(x.dtype),
            {tile.lanes, rows, tile.wide ? 4u : 8u, flags[0], flags[1]},
            rows,
            tile.columns};
  }

  static constexpr uint32_t kOctets = 2;  ///< of a panel of x

  bool adds_;
};

}  // namespace

Tensor linear_weight_gradient(Tensor dy, Tensor x) {
  return dy.graph().apply_one(std::make_unique<LinearWeightGradient>(false), {dy, x});
}

}  // namespace lapilli::ops
