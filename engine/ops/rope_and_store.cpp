// SPDX-License-Identifier: Apache-2.0
#include "shaders/rope_and_store.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/params.h"

namespace lapilli::ops {
namespace {

/// Of the rows of k, or of v.
uint32_t kv_columns(const TensorType& cache) {
  return cache.shape[1] * cache.cols();
}

class RopeAndStore final : public Op {
 public:
  explicit RopeAndStore(RopePairing pairing) : pairing_(pairing) {}
  std::string_view name() const override { return "rope_and_store"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &qkv = in[0], &positions = in[1], &lanes = in[2], &table = in[3], &keys = in[4],
                     &values = in[5];
    require_float(qkv, "rope_and_store: qkv");
    require_float(keys, "rope_and_store: the key cache");
    require_index(positions, "rope_and_store: positions");
    require_index(lanes, "rope_and_store: lanes");
    if (qkv.shape.rank() != 2 || positions.cols() != qkv.rows() || lanes.cols() != qkv.rows()) {
      throw Error(ErrorCode::kShape, text("rope_and_store: qkv is ", qkv, ", positions ", positions,
                                          ", lanes ", lanes, "; both need one element a row"));
    }
    if (keys.shape.rank() != 4 || keys != values || qkv.cols() <= 2 * kv_columns(keys)) {
      throw Error(ErrorCode::kShape,
                  text("rope_and_store: the caches are ", keys, " and ", values, ", qkv is ", qkv,
                       "; both caches must be [lanes, heads, context, head_dim], qkv wider than twice heads "
                       "· head_dim"));
    }
    if (table.dtype != DType::f32 || table.shape.rank() != 2 || table.cols() % 2 != 0 ||
        keys.cols() != table.cols() || qkv.cols() % table.cols() != 0) {
      throw Error(ErrorCode::kShape, text("rope_and_store: qkv is ", qkv, ", the table ", table,
                                          "; it must be f32 [context, head_dim], head_dim even, the caches' "
                                          "and a divisor of qkv's width"));
    }
    return {{qkv.dtype, {qkv.rows(), qkv.cols() - 2 * kv_columns(keys)}, qkv.live_rows}, keys, values};
  }

  std::optional<size_t> alias(size_t output) const override {
    return output == 0 ? std::nullopt : std::optional(output + 3);
  }

  /// One dispatch, or one for each run of lanes where a cache is larger than a binding may be.
  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType &qkv = args.in[0], &table = args.in[3], &keys = args.in[4];
    const std::vector<RowShard> key_shards = lane_shards(keys, args.in_ids[4], args.caps);
    const std::vector<RowShard> value_shards = lane_shards(keys, args.in_ids[5], args.caps);
    for (size_t index = 0; index < key_shards.size(); ++index) {
      const RowShard& shard = key_shards[index];
      const shader::RopeAndStoreParams params{.rows = static_cast<uint32_t>(qkv.rows()),
                                              .q_cols = args.out[0].cols(),
                                              .kv_cols = kv_columns(keys),
                                              .context = keys.shape[2],
                                              .table_rows = table.shape[0],
                                              .first_lane = static_cast<uint32_t>(shard.first_row),
                                              .lanes = static_cast<uint32_t>(shard.rows),
                                              .interleaved = pairing_ == RopePairing::kInterleaved ? 1u : 0u,
                                              .store_q = index == 0 ? 1u : 0u};
      out.add({.shader = shader::rope_and_store(qkv.dtype, keys.dtype),
               .constants = {args.caps.is_software() ? args.caps.subgroup_size : 64u, table.cols()},
               .buffers = {args.input(0), args.input(1), args.input(2), args.input(3), args.output(0),
                           shard.buffer, value_shards[index].buffer},
               .params = Params(params),
               .groups = fold_groups(qkv.rows()),
               .live_rows = qkv.live_rows,
               .flops = 3.0 * static_cast<double>(qkv.rows() * (qkv.cols() - kv_columns(keys))),
               .bytes = 2.0 * static_cast<double>(qkv.size_bytes())});
    }
  }

 private:
  RopePairing pairing_;
};

}  // namespace

StoredRows rope_and_store(Tensor qkv, Tensor positions, Tensor lanes, Tensor table, Tensor keys,
                          Tensor values, RopePairing pairing) {
  const Tensor inputs[] = {qkv, positions, lanes, table, keys, values};
  const std::vector<Tensor> results = qkv.graph().apply(std::make_unique<RopeAndStore>(pairing), inputs);
  return {results[0], results[1], results[2]};
}

}  // namespace lapilli::ops
