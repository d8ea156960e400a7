// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/ops/linear_kernels.h"
#include "shaders/linear_transposed_octets.h"
#include "shaders/linear_transposed_registers.h"
#include "shaders/linear_transposed_registers_wide.h"
#include "shaders/linear_transposed_tile.h"
#include "shaders/params.h"

#include <array>

namespace lapilli::ops {
namespace {

/// Rows of the weight in a launch on a processor: what its tiles of dy read of them one after the other then
/// stays in its cache. 0: all.
uint64_t rows_of_launch(const TensorType& dy, const DeviceCaps& caps) {
  constexpr uint64_t kRows = 1024;
  return caps.is_software() && dy.rows() > 32 ? kRows : 0;
}

/// Where loads of 64 bits exist, a step takes four rows of the weight.
LinearKernel registers_kernel(const TensorType& dy, const TensorType& weight, std::array<uint32_t, 2> flags,
                              const DeviceCaps& caps) {
  const RegisterTile tile = register_tile(caps, flags[0] != 0);
  const uint32_t rows = rows_of_tile(dy.rows(), tile.most_rows);
  return {tile.wide ? shader::linear_transposed_registers_wide(dy.dtype, weight.dtype)
                    : shader::linear_transposed_registers(dy.dtype, weight.dtype),
          {tile.lanes, rows, tile.wide ? 4u : 8u, tile.wide ? 1u : 0u, flags[0], flags[1]},
          rows,
          tile.columns};
}

class LinearTransposed final : public Op {
 public:
  std::string_view name() const override { return "linear_transposed"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &dy = in[0], &weight = in[1];
    if (shader::linear_transposed_registers(dy.dtype, weight.dtype) == nullptr) {
      throw Error(ErrorCode::kShape, text("linear_transposed: dy is ", dy, ", weight ", weight,
                                          "; dy must be of a float type, the weight of a weight type"));
    }
    if (dy.shape.rank() != 2 || weight.shape.rank() != 2 || dy.cols() != weight.rows()) {
      throw Error(ErrorCode::kShape, text("linear_transposed: weight is ", weight.shape, ", dy is ", dy.shape,
                                          "; both need two axes, dy a column for each row of the weight"));
    }
    return {{dy.dtype, {dy.rows(), weight.cols()}, dy.live_rows}};
  }

  /// One launch, or one for each run of rows of a weight larger than a binding or a processor's cache may be;
  /// f32 sums lie in scratch storage between these.
  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType &dy = args.in[0], &weight = args.in[1];
    const std::vector<RowShard> shards =
        row_shards(weight, args.in_ids[1], args.caps, rows_of_launch(dy, args.caps));
    const BufferRef sums = shards.size() == 1
                               ? args.output(0)
                               : out.scratch(args.out[0].shape.elements() * block_bytes(DType::f32));
    for (size_t index = 0; index < shards.size(); ++index) {
      const RowShard& shard = shards[index];
      LinearKernel kernel = choose_kernel(dy, weight, shard, args.caps);
      kernel.constants.push_back(index > 0 ? 1 : 0);
      kernel.constants.push_back(index + 1 < shards.size() ? 1 : 0);
      const shader::LinearGradientParams params{.tokens = static_cast<uint32_t>(dy.rows()),
                                                .in_dim = weight.cols(),
                                                .out_dim = dy.cols(),
                                                .first_row = static_cast<uint32_t>(shard.first_row),
                                                .bound_rows = static_cast<uint32_t>(shard.rows)};
      const uint64_t columns = weight.cols();
      out.add({.shader = kernel.shader,
               .constants = kernel.constants,
               .buffers = {args.input(0), shard.buffer, sums, args.output(0)},
               .params = Params(params),
               .addressed_bindings = kernel.addressed_bindings,
               .groups = fold_groups(divide_up(dy.rows(), kernel.rows) * divide_up(columns, kernel.columns)),
               .live_rows = dy.live_rows,
               .flops = 2.0 * static_cast<double>(dy.rows() * shard.rows * columns),
               .bytes = static_cast<double>(shard.buffer.size_bytes +
                                            dy.rows() * shard.rows * block_bytes(dy.dtype) +
                                            args.out[0].size_bytes())});
    }
  }

 private:
  /// Without its last two constants, CONTINUED and UNFINISHED.
  static LinearKernel choose_kernel(const TensorType& dy, const TensorType& weight, const RowShard& shard,
                                    const DeviceCaps& caps) {
    const bool ragged = weight.cols() % 32 != 0;
    const bool ragged_out = dy.cols() % 4 != 0 || shard.first_row % 4 != 0 || shard.rows % 4 != 0;
    const uint32_t flags[] = {ragged ? 1u : 0u, ragged_out ? 1u : 0u};
    if (!caps.is_software() && has_tile_kernel(caps)) {
      return {shader::linear_transposed_tile(dy.dtype, weight.dtype), {flags[0], flags[1]}, 64, 64};
    }
    const auto octets =
        octet_sums_kernel(shader::linear_transposed_octets(dy.dtype, weight.dtype), caps, ragged, shard.rows);
    if (octets) return *octets;
    return registers_kernel(dy, weight, {flags[0], flags[1]}, caps);
  }
};

}  // namespace

Tensor linear_transposed(Tensor dy, Tensor weight) {
  return dy.graph().apply_one(std::make_unique<LinearTransposed>(), {dy, weight});
}

}  // namespace lapilli::ops
