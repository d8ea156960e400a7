// SPDX-License-Identifier: Apache-2.0
#include "engine/model/llama.h"

#include <array>
#include <cmath>
#include <optional>

namespace lapilli {

void for_each_weight(LlamaWeights& weights, const LlamaConfig& c, const WeightVisitor& visit) {
  visit({"token_embedding", {c.vocab, c.dim}, WeightKind::kMatrix, "embedding"}, weights.token_embedding);
  for (uint32_t layer = 0; layer < c.layers; ++layer) {
    LlamaBlock& block = weights.blocks[layer];
    const std::string group = text("layer ", layer);
    const std::string prefix = text("layers.", layer, '.');
    visit({prefix + "attn_norm", {c.dim}, WeightKind::kVector, group}, block.attn_norm);
    visit({prefix + "wq", {c.q_width(), c.dim}, WeightKind::kMatrix, group, prefix + "wqkv"}, block.wq);
    visit({prefix + "wk", {c.kv_width(), c.dim}, WeightKind::kMatrix, group, prefix + "wqkv"}, block.wk);
    visit({prefix + "wv", {c.kv_width(), c.dim}, WeightKind::kMatrix, group, prefix + "wqkv"}, block.wv);
    visit({prefix + "wo", {c.dim, c.q_width()}, WeightKind::kMatrix, group}, block.wo);
    visit({prefix + "mlp_norm", {c.dim}, WeightKind::kVector, group}, block.mlp_norm);
    visit({prefix + "w_gate", {c.ffn, c.dim}, WeightKind::kMatrix, group, prefix + "w_gate_up"},
          block.w_gate);
    visit({prefix + "w_up", {c.ffn, c.dim}, WeightKind::kMatrix, group, prefix + "w_gate_up"}, block.w_up);
    visit({prefix + "w_down", {c.dim, c.ffn}, WeightKind::kMatrix, group}, block.w_down);
  }
  visit({"final_norm", {c.dim}, WeightKind::kVector, "output"}, weights.final_norm);
  if (c.tied_embeddings) {
    weights.lm_head = weights.token_embedding;
  } else {
    visit({"lm_head", {c.vocab, c.dim}, WeightKind::kMatrix, "output"}, weights.lm_head);
  }
}

void for_each_stack(LlamaWeights& weights, const LlamaConfig& c, const WeightVisitor& visit) {
  for (uint32_t layer = 0; layer < c.layers; ++layer) {
    LlamaBlock& block = weights.blocks[layer];
    const std::string prefix = text("layers.", layer, '.');
    visit({prefix + "wqkv", {c.q_width() + 2 * c.kv_width(), c.dim}}, block.wqkv);
    visit({prefix + "w_gate_up", {uint64_t{2} * c.ffn, c.dim}}, block.w_gate_up);
  }
}

namespace {

/// Rotated queries, and the cache with the rows' keys and values in it, where weights have updates: one by
/// one, since an update belongs to one weight.
ops::StoredRows store_adapted_rows(Tensor x, const LlamaBlock& w, const LlamaConfig& c,
                                   const StepInputs& step, const KvCache& cache, uint32_t layer) {
  const auto rotated = [&](Tensor weight) {
    return ops::rope(adapted_linear(x, weight, step.adapters), step.positions, step.rope_table,
                     c.rope_pairing);
  };
  const Tensor v = adapted_linear(x, w.wv, step.adapters);
  return {rotated(w.wq), ops::kv_store(cache.keys[layer], rotated(w.wk), step.positions, step.lanes),
          ops::kv_store(cache.values[layer], v, step.positions, step.lanes)};
}

Tensor self_attention(Tensor x, const LlamaBlock& w, const LlamaConfig& c, const StepInputs& step,
                      KvCache* cache, uint32_t layer) {
  const ops::AttentionOptions options{.heads = c.heads,
                                      .kv_heads = c.kv_heads,
                                      .scale = 1.0f / std::sqrt(static_cast<float>(c.head_dim)),
                                      .causal = true,
                                      .sequence_rows = step.sequence_rows};
  if (cache == nullptr) {
    const auto rotated = [&](Tensor weight) {
      return ops::rope(adapted_linear(x, weight, step.adapters), step.positions, step.rope_table,
                       c.rope_pairing);
    };
    const Tensor q = rotated(w.wq), k = rotated(w.wk);
    return ops::attention(q, k, adapted_linear(x, w.wv, step.adapters), options);
  }
  const auto joined = [&] {
    return w.wqkv ? ops::linear(x, w.wqkv) : ops::joined_linear(x, std::array{w.wq, w.wk, w.wv});
  };
  const bool adapted = step.adapters != nullptr && !step.adapters->by_weight.empty();
  const ops::StoredRows rows =
      adapted ? store_adapted_rows(x, w, c, step, *cache, layer)
              : ops::rope_and_store(joined(), step.positions, step.lanes, step.rope_table, cache->keys[layer],
                                    cache->values[layer], c.rope_pairing);
  cache->keys[layer] = rows.keys;
  cache->values[layer] = rows.values;
  return ops::cached_attention(rows.q, rows.keys, rows.values, step.positions, step.lanes, options);
}

}  // namespace

Tensor llama_block(Tensor x, const LlamaBlock& w, const LlamaConfig& c, const StepInputs& step,
                   KvCache* cache, uint32_t layer) {
  Graph& graph = x.graph();
  const Graph::Scope scope(graph, text("layer ", layer));
  std::optional<Graph::Recomputed> recomputed;
  if (step.recompute) recomputed.emplace(graph);
  const Tensor attended =
      self_attention(ops::rms_norm(x, w.attn_norm, c.rms_norm_eps), w, c, step, cache, layer);
  x = adapted_linear(attended, w.wo, step.adapters, {.residual = x});
  const Tensor normed = ops::rms_norm(x, w.mlp_norm, c.rms_norm_eps);
  const Tensor hidden = w.w_gate_up ? ops::gated_linear(normed, w.w_gate_up)
                                    : ops::silu_mul(adapted_linear(normed, w.w_gate, step.adapters),
                                                    adapted_linear(normed, w.w_up, step.adapters));
  return adapted_linear(hidden, w.w_down, step.adapters, {.residual = x});
}

Tensor llama_blocks(Tensor x, const LlamaWeights& weights, const LlamaConfig& config, const StepInputs& step,
                    KvCache* cache) {
  for (uint32_t layer = 0; layer < config.layers; ++layer) {
    x = llama_block(x, weights.blocks[layer], config, step, cache, layer);
  }
  return x;
}

Tensor llama_logits(Tensor x, const LlamaWeights& weights, const LlamaConfig& config) {
  const Graph::Scope scope(x.graph(), "logits");
  if (x.type().dtype != DType::f32) x = ops::convert(x, DType::f32);
  return ops::linear(ops::rms_norm(x, weights.final_norm, config.rms_norm_eps), weights.lm_head);
}

std::vector<float> llama_rope_table(const LlamaConfig& config, uint32_t context) {
  const uint32_t half = config.head_dim / 2;
  std::vector<float> table(size_t{context} * config.head_dim);
  for (uint32_t i = 0; i < half; ++i) {
    const float exponent = static_cast<float>(2 * i) / static_cast<float>(config.head_dim);
    const float frequency = 1.0f / std::pow(static_cast<float>(config.rope_theta), exponent) /
                            static_cast<float>(config.rope_scale);
    for (uint32_t position = 0; position < context; ++position) {
      const float angle = static_cast<float>(position) * frequency;
      table[size_t{position} * config.head_dim + i] = std::cos(angle);
      table[size_t{position} * config.head_dim + half + i] = std::sin(angle);
    }
  }
  return table;
}

}  // namespace lapilli
