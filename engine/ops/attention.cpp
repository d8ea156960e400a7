// SPDX-License-Identifier: Apache-2.0
#include "shaders/attention.h"
#include "engine/base/bytes.h"
#include "engine/ops/attention_gradient.h"
#include "engine/ops/octets.h"
#include "engine/ops/ops.h"
#include "engine/ops/row_wise.h"
#include "shaders/cached_attention.h"
#include "shaders/cached_attention_octets.h"
#include "shaders/params.h"

#include <algorithm>
#include <array>
#include <bit>

namespace lapilli::ops {
namespace {

constexpr uint32_t kMaxHeadDim = 128;
constexpr uint64_t kFewRows = 16;  ///< up to which a step is taken to be one of decoding

/// How a kernel of include/attention.glsl is cut for a device.
struct Tiling {
  std::vector<uint32_t> constants;  ///< in the order of the shaders' tune lines
  GroupCount groups;
};

/// A processor wants keys at addresses that all lanes share and no barriers; with few rows there is nothing
/// to share, and lanes become heads. Both give the same bits. Two rows an invocation are a quarter faster
/// where the compiler unrolls well, two keys at a time besides another sixth, but Mesa 22.3 compiles those
/// sixteen times as long.
Tiling software_tiling(const DeviceCaps& caps, uint64_t rows, uint32_t heads, uint32_t head_dim) {
  const uint32_t local_size = caps.subgroup_size;
  const bool spread = rows <= kFewRows;
  const uint32_t rows_each = spread || caps.slow_unrolling ? 1 : 2;
  const uint64_t groups =
      spread ? divide_up(rows * heads, local_size) : divide_up(rows, local_size * rows_each) * heads;
  return {{local_size, head_dim, rows_each, 1, 1, 1, spread ? 1u : 0u}, fold_groups(groups)};
}

/// Lanes share a key's columns for coalesced loads; splits share the keys, so that even one row fills a
/// multiprocessor. The number of rows of an invocation does not touch the bits.
Tiling gpu_tiling(uint64_t rows, uint32_t heads, uint32_t head_dim) {
  constexpr uint32_t kKeys = 2;
  constexpr uint32_t kSplits = 16;
  const uint32_t quads = head_dim / 4;
  const uint32_t parts = std::min(1u << std::countr_zero(quads), 8u);
  const uint32_t rows_each = rows <= kFewRows ? 1 : 4;
  return {{parts * kSplits, head_dim, rows_each, kKeys, parts, kSplits, 0},
          fold_groups(divide_up(rows, rows_each) * heads)};
}

Tiling tiling_for(const DeviceCaps& caps, uint64_t rows, uint32_t heads, uint32_t head_dim) {
  constexpr uint32_t kMaxParts = 8;
  return caps.is_software() || caps.subgroup_size < kMaxParts ? software_tiling(caps, rows, heads, head_dim)
                                                              : gpu_tiling(rows, heads, head_dim);
}

/// A subgroup of eight lanes loads eight columns of a head at once, where the compiler can: of few rows, each
/// with keys of its own.
bool has_octet_kernel(const DeviceCaps& caps, uint64_t rows, uint32_t head_dim) {
  return loads_octets(caps) && rows <= kFewRows && head_dim % 8 == 0;
}

uint32_t checked_head_dim(std::string_view op, const TensorType& q, uint32_t kv_cols,
                          const AttentionOptions& options) {
  if (options.heads == 0 || options.kv_heads == 0 || options.heads % options.kv_heads != 0) {
    throw Error(ErrorCode::kShape, text(op, ": ", options.heads, " heads can't share ", options.kv_heads,
                                        " key heads; the second must divide the first"));
  }
  const uint32_t head_dim = q.cols() / options.heads;
  if (q.shape.rank() != 2 || q.cols() % options.heads != 0 || head_dim % 4 != 0 || head_dim == 0 ||
      head_dim > kMaxHeadDim) {
    throw Error(ErrorCode::kShape,
                text(op, ": q is ", q.shape, " with ", options.heads,
                     " heads; a head needs a multiple of 4 columns, at most ", kMaxHeadDim));
  }
  if (kv_cols != options.kv_heads * head_dim) {
    throw Error(ErrorCode::kShape, text(op, ": keys have ", kv_cols, " columns, ", options.kv_heads,
                                        " key heads of ", head_dim, " need ", options.kv_heads * head_dim));
  }
  return head_dim;
}

void require_float(std::string_view op, const TensorType& type) {
  if (type.dtype != DType::f32 && type.dtype != DType::f16 && type.dtype != DType::bf16) {
    throw Error(ErrorCode::kShape, text(op, ": ", type, " is not of a float type"));
  }
}

/// Multiplications and additions of scores and sums for rows that see `keys` keys each.
double attention_flops(const TensorType& q, double keys) {
  return 4.0 * static_cast<double>(q.shape.elements()) * keys;
}

/// The second output, [rows, heads], is what the gradients start from.
class Attention final : public Op {
 public:
  explicit Attention(const AttentionOptions& options) : options_(options) {}
  std::string_view name() const override { return "attention"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &q = in[0], &k = in[1], &v = in[2];
    require_float(name(), q);
    if (k.dtype != q.dtype || v.dtype != q.dtype || k.shape != v.shape || k.rows() != q.rows()) {
      throw Error(ErrorCode::kShape, text("attention: q is ", q, ", k ", k, ", v ", v,
                                          "; types, rows and the shapes of k and v must agree"));
    }
    checked_head_dim(name(), q, k.cols(), options_);
    if (q.rows() % sequence_rows(q) != 0) {
      throw Error(ErrorCode::kShape, text("attention: q is ", q.shape, ", which isn't made of sequences of ",
                                          options_.sequence_rows, " rows"));
    }
    return {q, {DType::f32, {q.rows(), options_.heads}, q.live_rows}};
  }

  std::vector<Tensor> vjp(const VjpArgs& args) const override {
    const AttentionTape tape{.k = args.in[1],
                             .v = args.in[2],
                             .result = args.out[0],
                             .log_sums = args.out[1],
                             .upstream = args.gradients[0]};
    const AttentionGradients gradients = attention_gradient(args.in[0], tape, options_);
    return {args.wanted[0] ? gradients.q : Tensor(), args.wanted[1] ? gradients.k : Tensor(),
            args.wanted[2] ? gradients.v : Tensor()};
  }

  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType& q = args.in[0];
    const Tiling tiling = tiling_for(args.caps, q.rows(), options_.heads, q.cols() / options_.heads);
    const shader::AttentionParams params{.rows = static_cast<uint32_t>(q.rows()),
                                         .heads = options_.heads,
                                         .kv_heads = options_.kv_heads,
                                         .sequence_rows = sequence_rows(q),
                                         .causal = options_.causal ? 1u : 0u,
                                         .scale = options_.scale};
    out.add({.shader = shader::attention(q.dtype),
             .constants = tiling.constants,
             .buffers = {args.input(0), args.input(1), args.input(2), args.output(0), args.output(1)},
             .params = Params(params),
             .groups = tiling.groups,
             .live_rows = q.live_rows,
             .flops = attention_flops(q, sequence_rows(q) * (options_.causal ? 0.5 : 1.0)),
             .bytes = 2.0 * static_cast<double>(q.size_bytes() + args.in[1].size_bytes())});
  }

 private:
  [[nodiscard]] uint32_t sequence_rows(const TensorType& q) const {
    return options_.sequence_rows != 0 ? options_.sequence_rows : static_cast<uint32_t>(q.rows());
  }
  AttentionOptions options_;
};

class CachedAttention final : public Op {
 public:
  explicit CachedAttention(const AttentionOptions& options) : options_(options) {}
  std::string_view name() const override { return "cached_attention"; }

  std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &q = in[0], &k = in[1], &v = in[2], &positions = in[3], &lanes = in[4];
    require_float(name(), q);
    require_float(name(), k);
    if (k.dtype != v.dtype || k.shape != v.shape || k.shape.rank() != 4 || k.shape[1] != options_.kv_heads) {
      throw Error(ErrorCode::kShape,
                  text("cached_attention: k_cache is ", k, ", v_cache ", v,
                       "; both must be the same [lanes, ", options_.kv_heads, " heads, context, head_dim]"));
    }
    checked_head_dim(name(), q, options_.kv_heads * k.cols(), options_);
    const Shape per_row{q.rows()};
    if (positions.dtype != DType::i32 || lanes.dtype != DType::i32 || positions.shape != per_row ||
        lanes.shape != per_row) {
      throw Error(ErrorCode::kShape, text("cached_attention: q is ", q.shape, ", positions ", positions,
                                          ", lanes ", lanes, "; both must be i32 with one element a row"));
    }
    return {q};
  }

  /// One dispatch, or one for each run of lanes where the cache is larger than a binding may be.
  void lower(const LowerArgs& args, DispatchList& out) const override {
    const TensorType &q = args.in[0], &cache = args.in[1];
    const uint32_t context = cache.shape[2];
    const auto k_shards = lane_shards(cache, args.in_ids[1], args.caps);
    const auto v_shards = lane_shards(cache, args.in_ids[2], args.caps);
    const uint32_t head_dim = q.cols() / options_.heads;
    const bool by_octets = has_octet_kernel(args.caps, q.rows(), head_dim);
    const Tiling tiling = by_octets ? Tiling{{head_dim}, fold_groups(q.rows() * options_.heads)}
                                    : tiling_for(args.caps, q.rows(), options_.heads, head_dim);
    for (size_t index = 0; index < k_shards.size(); ++index) {
      const shader::CachedAttentionParams params{
          .rows = static_cast<uint32_t>(q.rows()),
          .heads = options_.heads,
          .kv_heads = options_.kv_heads,
          .context = context,
          .first_lane = static_cast<uint32_t>(k_shards[index].first_row),
          .lanes = static_cast<uint32_t>(k_shards[index].rows),
          .scale = options_.scale};
      // What rows see is known at run time only: half the context is the mean of a full one.
      const double keys = 0.5 * context / static_cast<double>(k_shards.size());
      out.add({.shader = by_octets ? shader::cached_attention_octets(q.dtype, cache.dtype)
                                   : shader::cached_attention(q.dtype, cache.dtype),
               .constants = tiling.constants,
               .buffers = {args.input(0), k_shards[index].buffer, v_shards[index].buffer, args.input(3),
                           args.input(4), args.output(0)},
               .params = Params(params),
               .addressed_bindings = by_octets ? 3u : 0u,
               .groups = tiling.groups,
               .live_rows = q.live_rows,
               .flops = attention_flops(q, keys),
               .bytes = 2.0 * (static_cast<double>(q.size_bytes()) +
                               keys * static_cast<double>(
                                          row_bytes(cache.dtype, options_.kv_heads * cache.cols())))});
    }
  }

 private:
  AttentionOptions options_;
};

}  // namespace

Tensor attention(Tensor q, Tensor k, Tensor v, const AttentionOptions& options) {
  return q.graph().apply(std::make_unique<Attention>(options), std::array{q, k, v}).front();
}

Tensor cached_attention(Tensor q, Tensor k_cache, Tensor v_cache, Tensor positions, Tensor lanes,
                        const AttentionOptions& options) {
  return q.graph().apply_one(std::make_unique<CachedAttention>(options),
                             {q, k_cache, v_cache, positions, lanes});
}

}  // namespace lapilli::ops
