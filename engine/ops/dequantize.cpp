// SPDX-License-Identifier: Apache-2.0
#include "shaders/dequantize.h"
#include "engine/base/bytes.h"
#include "engine/ops/ops.h"
#include "shaders/params.h"

#include <algorithm>

namespace lapilli::ops {
namespace {

class Dequantize final : public Op {
 public:
  std::string_view name() const override { return "dequantize"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    if (shader::dequantize(in[0].dtype) == nullptr) {
      throw Error(ErrorCode::kShape, text("dequantize: ", in[0], " is not of a weight type"));
    }
    return {{DType::f32, in[0].shape}};
  }

  /// In runs of rows of which both the stored form and the f32 values can be bound.
  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType& weight = args.in[0];
    const uint32_t local_size = args.caps.is_software() ? args.caps.subgroup_size : 64;
    const uint64_t value_row_bytes = row_bytes(DType::f32, weight.cols());
    // A multiple of 256 rows begins at a bindable offset in either form.
    const uint64_t most_rows = args.caps.max_storage_range_bytes / value_row_bytes / 256 * 256;
    for (const RowShard& source :
         row_shards(weight, args.in_ids[0], args.caps, std::max<uint64_t>(most_rows, 256))) {
      const BufferRef values{args.out_ids[0], value_row_bytes * source.first_row,
                             value_row_bytes * source.rows};
      const shader::DequantizeParams params{.rows = static_cast<uint32_t>(source.rows),
                                            .cols = weight.cols()};
      const uint64_t groups = source.rows * divide_up(weight.cols(), 32);
      out.add({.shader = shader::dequantize(weight.dtype),
               .constants = {local_size, weight.cols() % 32 != 0 ? 1u : 0u},
               .buffers = {source.buffer, values},
               .params = Params(params),
               .groups = fold_groups(divide_up(groups, local_size)),
               .live_rows = false,
               .flops = 2.0 * static_cast<double>(source.rows) * weight.cols(),
               .bytes = static_cast<double>(source.buffer.size_bytes + values.size_bytes)});
    }
  }
};

}  // namespace

Tensor dequantize(Tensor weight) {
  return weight.graph().apply_one(std::make_unique<Dequantize>(), {weight});
}

}  // namespace lapilli::ops
