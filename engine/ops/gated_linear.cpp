// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/linear_kernels.h"
#include "engine/ops/row_wise.h"
#include "shaders/linear_registers.h"

namespace lapilli::ops {
namespace {

class GatedLinear final : public Op {
 public:
  std::string_view name() const override { return "gated_linear"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &x = in[0], &weight = in[1];
    if (shader::linear_registers(x.dtype, weight.dtype) == nullptr) {
      throw Error(ErrorCode::kShape, text("gated_linear: x is ", x, ", weight ", weight,
                                          "; x must be of a float type, the weight of a weight type"));
    }
    if (x.shape.rank() != 2 || weight.shape.rank() != 2 || x.cols() != weight.cols() ||
        weight.rows() % 2 != 0) {
      throw Error(ErrorCode::kShape,
                  text("gated_linear: weight is ", weight.shape, ", x is ", x.shape,
                       "; both need two axes and equal columns, the weight an even number of rows"));
    }
    return {{x.dtype, {x.rows(), weight.rows() / 2}, x.live_rows}};
  }

  /// One launch where the device has a kernel for it and can bind the weight whole; its composed twin
  /// otherwise.
  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType &x = args.in[0], &weight = args.in[1];
    LinearCase c{.x = x.dtype,
                 .weight = weight.dtype,
                 .tokens = x.rows(),
                 .in_dim = x.cols(),
                 .activation = kSiluGate};
    const std::vector<RowShard> whole = row_shards(weight, args.in_ids[1], args.caps);
    if (const auto kernel = choose_gated_kernel(c, args.caps); kernel && whole.size() == 1) {
      add_linear(*kernel, x, args.out[0].cols(), {args.input(0), whole, args.output(0)}, out);
    } else {
      c.activation = static_cast<uint32_t>(Activation::kNone);
      lower_composed(args, choose_linear_kernel(c, args.caps), out);
    }
  }

 private:
  static void lower_composed(const LowerArgs& args, const LinearKernel& kernel, DispatchList& out) {
    const TensorType &x = args.in[0], &weight = args.in[1], &y = args.out[0];
    const TensorType half{weight.dtype, {weight.rows() / 2, weight.cols()}};
    if (half.size_bytes() % args.caps.storage_buffer_alignment_bytes != 0) {
      throw Error(
          ErrorCode::kUnsupported,
          text("gated_linear: half of the weight ", weight, " has ", half.size_bytes(),
               " bytes, the device binds at multiples of ", args.caps.storage_buffer_alignment_bytes));
    }
    BufferRef parts[2];
    for (uint64_t part = 0; part < 2; ++part) {
      std::vector<RowShard> shards = row_shards(half, args.in_ids[1], args.caps);
      for (RowShard& shard : shards) shard.buffer.offset_bytes += part * half.size_bytes();
      parts[part] = out.scratch(y.size_bytes());
      add_linear(kernel, x, y.cols(), {args.input(0), std::move(shards), parts[part]}, out);
    }
    lower_silu_mul(y, parts[0].tensor, parts[1].tensor, args.out_ids[0], args.caps, out);
  }
};

}  // namespace

Tensor gated_linear(Tensor x, Tensor weight) {
  return x.graph().apply_one(std::make_unique<GatedLinear>(), {x, weight});
}

}  // namespace lapilli::ops
