// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/attention_gradient.h"

#include "engine/base/bytes.h"
#include "engine/ops/octets.h"
#include "shaders/attention_key_gradient.h"
#include "shaders/attention_key_gradient_octets.h"
#include "shaders/attention_query_gradient.h"
#include "shaders/attention_query_gradient_octets.h"
#include "shaders/params.h"

#include <algorithm>
#include <array>
#include <bit>

namespace lapilli::ops {
namespace {

/// How a kernel of include/attention_gradient.glsl is cut for a device.
struct Tiling {
  std::vector<uint32_t> constants;  ///< in the order of the shaders' tune lines
  uint64_t group_rows;
};

Tiling tiling_for(const DeviceCaps& caps, uint32_t head_dim) {
  constexpr uint32_t kMaxParts = 8;
  constexpr uint32_t kSplits = 16;
  if (caps.is_software() || caps.subgroup_size < kMaxParts) {
    // A second row shares the loads of what is walked, where the compiler unrolls well.
    const uint32_t rows = caps.slow_unrolling ? 1 : 2;
    return {{caps.subgroup_size, head_dim, rows, 1, 1}, caps.subgroup_size * rows};
  }
  const uint32_t quads = head_dim / 4;
  const uint32_t parts = std::min(1u << std::countr_zero(quads), kMaxParts);
  const uint32_t rows = quads / parts <= 2 ? 4 : 2;  // what registers hold
  return {{parts * kSplits, head_dim, rows, parts, kSplits}, rows};
}

/// A subgroup of eight lanes loads eight columns of a head at once, where the compiler can.
bool has_octet_kernels(const DeviceCaps& caps, uint32_t head_dim) {
  return loads_octets(caps) && head_dim % 8 == 0;
}

/// Inputs: q, k, v, result, log sums, upstream.
class AttentionGradient final : public Op {
 public:
  explicit AttentionGradient(const AttentionOptions& options) : options_(options) {}
  [[nodiscard]] std::string_view name() const override { return "attention_gradient"; }

  [[nodiscard]] std::vector<TensorType> infer(std::span<const TensorType> in) const override {
    const TensorType &q = in[0], &log_sums = in[4];
    for (const TensorType& like_q : {in[3], in[5]}) {
      if (like_q.dtype == q.dtype && like_q.shape == q.shape) continue;
      throw Error(ErrorCode::kShape,
                  text("attention_gradient: q is ", q, ", the result or its gradient ", like_q));
    }
    if (log_sums.dtype != DType::f32 || log_sums.shape != Shape{q.rows(), options_.heads}) {
      throw Error(ErrorCode::kShape, text("attention_gradient: log sums are ", log_sums,
                                          ", they must be f32 [", q.rows(), ", ", options_.heads, "]"));
    }
    std::vector<TensorType> gradients(in.begin(), in.begin() + 3);
    for (TensorType& gradient : gradients) gradient.live_rows = false;
    return gradients;
  }

  /// The queries' gradient first, which also leaves Σ dy · y for the keys'.
  void lower(const LowerArgs& args, DispatchList& out) const override {
    const BufferRef products = out.scratch(args.in[4].size_bytes());
    const bool by_octets = has_octet_kernels(args.caps, args.in[0].cols() / options_.heads);
    const DType type = args.in[0].dtype;
    constexpr double kQueryProducts = 3, kKeyProducts = 4;
    const BufferRef q = args.input(0), k = args.input(1), v = args.input(2), result = args.input(3),
                    log_sums = args.input(4), upstream = args.input(5), dq = args.output(0),
                    dk = args.output(1), dv = args.output(2);
    if (by_octets) {
      out.add(octet_dispatch(shader::attention_query_gradient_octets(type), args, options_.heads,
                             kQueryProducts, {q, k, v, result, upstream, log_sums, dq, products}, 5));
      out.add(octet_dispatch(shader::attention_key_gradient_octets(type), args, options_.kv_heads,
                             kKeyProducts, {q, k, v, upstream, log_sums, products, dk, dv}, 4));
      return;
    }
    out.add(dispatch(shader::attention_query_gradient(type), args, options_.heads, kQueryProducts,
                     {q, k, v, result, log_sums, upstream, dq, products}));
    out.add(dispatch(shader::attention_key_gradient(type), args, options_.kv_heads, kKeyProducts,
                     {q, k, v, log_sums, upstream, products, dk, dv}));
  }

 private:
  /// As below, of a kernel of include/attention_gradient_octets.glsl, which reads `addressed` buffers at
  /// addresses.
  [[nodiscard]] Dispatch octet_dispatch(const ShaderInfo* shader, const LowerArgs& args, uint32_t own_heads,
                                        double products, std::vector<BufferRef> buffers,
                                        uint32_t addressed) const {
    constexpr uint64_t kRowsOfGroup = 8;
    const TensorType& q = args.in[0];
    Dispatch result = dispatch(shader, args, own_heads, products, std::move(buffers));
    result.constants = {q.cols() / options_.heads};
    result.addressed_bindings = addressed;
    result.groups = fold_groups(divide_up(q.rows(), kRowsOfGroup) * own_heads);
    return result;
  }

  /// `own_heads`: of the rows whose gradients are computed; `products`: of a query's columns with a key.
  [[nodiscard]] Dispatch dispatch(const ShaderInfo* shader, const LowerArgs& args, uint32_t own_heads,
                                  double products, std::vector<BufferRef> buffers) const {
    const TensorType& q = args.in[0];
    const auto rows = static_cast<uint32_t>(q.rows());
    const uint32_t sequence_rows = options_.sequence_rows != 0 ? options_.sequence_rows : rows;
    const Tiling tiling = tiling_for(args.caps, q.cols() / options_.heads);
    const double keys = sequence_rows * (options_.causal ? 0.5 : 1.0);
    return {.shader = shader,
            .constants = tiling.constants,
            .buffers = std::move(buffers),
            .params = Params(shader::AttentionParams{.rows = rows,
                                                     .heads = options_.heads,
                                                     .kv_heads = options_.kv_heads,
                                                     .sequence_rows = sequence_rows,
                                                     .causal = options_.causal ? 1u : 0u,
                                                     .scale = options_.scale}),
            .groups = fold_groups(divide_up(rows, tiling.group_rows) * own_heads),
            .flops = 2.0 * products * static_cast<double>(q.shape.elements()) * keys,
            .bytes = 3.0 * static_cast<double>(q.size_bytes() + args.in[1].size_bytes())};
  }

  AttentionOptions options_;
};

}  // namespace

AttentionGradients attention_gradient(Tensor q, const AttentionTape& tape, const AttentionOptions& options) {
  const std::array inputs = {q, tape.k, tape.v, tape.result, tape.log_sums, tape.upstream};
  const std::vector<Tensor> results = q.graph().apply(std::make_unique<AttentionGradient>(options), inputs);
  return {results[0], results[1], results[2]};
}

}  // namespace lapilli::ops
