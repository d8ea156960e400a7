// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/kv_store.h"
#include "shaders/params.h"

namespace lapilli::ops {
namespace {

class KvStore final : public Op {
 public:
  std::string_view name() const override { return "kv_store"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &cache = in[0], &x = in[1], &positions = in[2], &lanes = in[3];
    if (shader::kv_store(x.dtype, cache.dtype) == nullptr) {
      throw Error(ErrorCode::kShape,
                  text("kv_store: the cache is ", cache, ", x is ", x, "; both must be of a float type"));
    }
    if (cache.shape.rank() != 4 || uint64_t{cache.shape[1]} * cache.cols() != x.cols()) {
      throw Error(
          ErrorCode::kShape,
          text("kv_store: the cache is ", cache, ", x is ", x,
               "; the cache must be [lanes, heads, context, head_dim], x of heads · head_dim columns"));
    }
    const Shape per_row{x.rows()};
    if (positions.dtype != DType::i32 || lanes.dtype != DType::i32 || positions.shape != per_row ||
        lanes.shape != per_row) {
      throw Error(ErrorCode::kShape, text("kv_store: x is ", x.shape, ", positions ", positions, ", lanes ",
                                          lanes, "; both must be i32 with one element a row"));
    }
    return {cache};
  }

  std::optional<size_t> alias(size_t /*output*/) const override { return 0; }

  /// One dispatch, or one for each run of lanes where the cache is larger than a binding may be.
  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType &cache = args.in[0], &x = args.in[1];
    for (const RowShard& shard : lane_shards(cache, args.in_ids[0], args.caps)) {
      const shader::KvStoreParams params{.rows = static_cast<uint32_t>(x.rows()),
                                         .heads = cache.shape[1],
                                         .head_dim = cache.cols(),
                                         .context = cache.shape[2],
                                         .first_lane = static_cast<uint32_t>(shard.first_row),
                                         .lanes = static_cast<uint32_t>(shard.rows)};
      out.add({.shader = shader::kv_store(x.dtype, cache.dtype),
               .constants = {args.caps.is_software() ? args.caps.subgroup_size : 64u},
               .buffers = {args.input(1), args.input(2), args.input(3), shard.buffer},
               .params = Params(params),
               .groups = fold_groups(x.rows()),
               .live_rows = x.live_rows,
               .flops = 0,
               .bytes = static_cast<double>(x.size_bytes() + x.rows() * row_bytes(cache.dtype, x.cols()))});
    }
  }
};

}  // namespace

Tensor kv_store(Tensor cache, Tensor x, Tensor positions, Tensor lanes) {
  return cache.graph().apply_one(std::make_unique<KvStore>(), {cache, x, positions, lanes});
}

}  // namespace lapilli::ops
