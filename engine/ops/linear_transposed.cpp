// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/ops/linear_kernels.h"
#include "engine/ops/octet_sums.h"
#include "shaders/column_panels.h"
#include "shaders/linear_transposed_octets.h"
#include "shaders/linear_transposed_registers.h"
#include "shaders/linear_transposed_registers_wide.h"
#include "shaders/linear_transposed_tile.h"
#include "shaders/params.h"

#include <algorithm>
#include <array>

namespace lapilli::ops {
namespace {

/// Panels of a weight's columns serve the rows of dy.
bool has_panels(const TensorType& dy, const TensorType& weight, const DeviceCaps& caps) {
  return has_octet_sums(caps, weight.cols()) && dy.rows() >= kLeastOfOctetSums &&
         shader::column_panels(weight.dtype) != nullptr;
}

/// Rows of the weight in a launch on a processor: what its tiles of dy read of them one after the other then
/// stays in its cache. 0: all.
uint64_t rows_of_launch(const TensorType& dy, const TensorType& weight, const DeviceCaps& caps) {
  constexpr uint64_t kRows = 1024, kRowsOfPanels = 2048;
  if (!caps.is_software() || dy.rows() < kLeastOfOctetSums) return 0;
  if (!has_panels(dy, weight, caps)) return kRows;
  return std::min(kRowsOfPanels, caps.max_storage_range_bytes / bytes_of_panels(1, weight.cols()));
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
        row_shards(weight, args.in_ids[1], args.caps, rows_of_launch(dy, weight, args.caps));
    const BufferRef sums = shards.size() == 1
                               ? args.output(0)
                               : out.scratch(args.out[0].shape.elements() * block_bytes(DType::f32));
    const bool panels_serve = has_panels(dy, weight, args.caps) && shards[0].rows >= kLeastOfOctetSums;
    const BufferRef panels =
        panels_serve ? out.scratch(bytes_of_panels(shards[0].rows, weight.cols())) : BufferRef{};
    for (size_t index = 0; index < shards.size(); ++index) {
      const std::array<uint32_t, 2> sides = {index > 0 ? 1u : 0u, index + 1 < shards.size() ? 1u : 0u};
      if (panels_serve && shards[index].rows >= kLeastOfOctetSums) {
        add_launch_of_panels(args, shards[index], sums, sides, panels, out);
      } else {
        add_launch(args, shards[index], shards[index].buffer, sums,
                   choose_kernel(dy, weight, shards[index], args.caps), sides, out);
      }
    }
  }

 private:
  static void add_launch_of_panels(const LowerArgs& args, const RowShard& shard, BufferRef sums,
                                   std::array<uint32_t, 2> sides, BufferRef panels, DispatchList& out) {
    constexpr uint32_t kRows = 4, kOctets = 4, kDepth = kLeastOfOctetSums, kBlock = 32;
    const TensorType& weight = args.in[1];
    add_panels({.dtype = weight.dtype,
                .rows = shard.rows,
                .pitch = weight.cols(),
                .first = 0,
                .count = weight.cols()},
               shard.buffer, kOctets, panels, out);
    const LinearKernel kernel{shader::linear_transposed_octets(args.in[0].dtype),
                              {kRows, kOctets, kDepth, kBlock},
                              kBlock,
                              uint64_t{kOctets} * 8,
                              2};
    add_launch(args, shard, panels, sums, kernel, sides, out);
  }

  /// `weight`: the shard's rows, or their panels; `sides`: CONTINUED and UNFINISHED.
  static void add_launch(const LowerArgs& args, const RowShard& shard, BufferRef weight, BufferRef sums,
                         LinearKernel kernel, std::array<uint32_t, 2> sides, DispatchList& out) {
    const TensorType& dy = args.in[0];
    const uint32_t columns = args.in[1].cols();
    kernel.constants.insert(kernel.constants.end(), sides.begin(), sides.end());
    const shader::LinearGradientParams params{.tokens = static_cast<uint32_t>(dy.rows()),
                                              .in_dim = columns,
                                              .out_dim = dy.cols(),
                                              .first_row = static_cast<uint32_t>(shard.first_row),
                                              .bound_rows = static_cast<uint32_t>(shard.rows)};
    out.add({.shader = kernel.shader,
             .constants = kernel.constants,
             .buffers = {args.input(0), weight, sums, args.output(0)},
             .params = Params(params),
             .addressed_bindings = kernel.addressed_bindings,
             .groups = fold_groups(divide_up(dy.rows(), kernel.rows) * divide_up(columns, kernel.columns)),
             .live_rows = dy.live_rows,
             .flops = 2.0 * static_cast<double>(dy.rows() * shard.rows * columns),
             .bytes = static_cast<double>(weight.size_bytes + dy.rows() * shard.rows * block_bytes(dy.dtype) +
                                          args.out[0].size_bytes())});
  }

  /// Without its last two constants, CONTINUED and UNFINISHED.
  static LinearKernel choose_kernel(const TensorType& dy, const TensorType& weight, const RowShard& shard,
                                    const DeviceCaps& caps) {
    const bool ragged = weight.cols() % 32 != 0;
    const bool ragged_out = dy.cols() % 4 != 0 || shard.first_row % 4 != 0 || shard.rows % 4 != 0;
    const uint32_t flags[] = {ragged ? 1u : 0u, ragged_out ? 1u : 0u};
    if (!caps.is_software() && has_tile_kernel(caps)) {
      return {shader::linear_transposed_tile(dy.dtype, weight.dtype), {flags[0], flags[1]}, 64, 64};
    }
    return registers_kernel(dy, weight, {flags[0], flags[1]}, caps);
  }
};

}  // namespace

Tensor linear_transposed(Tensor dy, Tensor weight) {
  return dy.graph().apply_one(std::make_unique<LinearTransposed>(), {dy, weight});
}

}  // namespace lapilli::ops
