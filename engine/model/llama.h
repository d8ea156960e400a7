// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/adapters.h"
#include "engine/model/config.h"
#include "engine/model/weight_list.h"

#include <vector>

namespace lapilli {

struct LlamaBlock {
  Tensor attn_norm;   // [dim]
  Tensor wq, wk, wv;  // [q_width, dim], [kv_width, dim], [kv_width, dim]; rows = outputs, as in the file
  Tensor wo;          // [dim, q_width]
  Tensor mlp_norm;    // [dim]
  Tensor w_gate, w_up, w_down;  // [ffn, dim], [ffn, dim], [dim, ffn]
  // Where present, used instead of the parts.
  Tensor wqkv;       // wq, wk and wv one behind another
  Tensor w_gate_up;  // w_gate and w_up
};

struct LlamaWeights {
  explicit LlamaWeights(const LlamaConfig& config) : blocks(config.layers) {}
  Tensor token_embedding;  // [vocab, dim]
  std::vector<LlamaBlock> blocks;
  Tensor final_norm;  // [dim]
  Tensor lm_head;     // [vocab, dim]; the embedding table itself when tied
};

void for_each_weight(LlamaWeights& weights, const LlamaConfig& config, const WeightVisitor& visit);

/// The stacks that for_each_weight names; a slot left alone is not used.
void for_each_stack(LlamaWeights& weights, const LlamaConfig& config, const WeightVisitor& visit);

/// What one evaluation of some rows is told. Row r is the token at positions[r] of lane lanes[r].
struct StepInputs {
  Tensor ids;                          // i32 [tokens]
  Tensor positions;                    // i32 [tokens]
  Tensor lanes;                        // i32 [tokens]
  Tensor rope_table;                   // f32 [context, head_dim], see llama_rope_table
  uint32_t sequence_rows = 0;          // without a cache: rows of one sequence, as AttentionOptions has it
  bool recompute = false;              // blocks are computed again for their gradients
  const Adapters* adapters = nullptr;  // low-rank updates of the blocks' weights
};

/// Keys and values of earlier rows, one pair of [lanes, kv_heads, context, head_dim] states a layer.
struct KvCache {
  std::vector<Tensor> keys;
  std::vector<Tensor> values;
};

/// One decoder block; x [tokens, dim]. `cache` may be null: rows then see the earlier rows of x only.
Tensor llama_block(Tensor x, const LlamaBlock& weights, const LlamaConfig& config, const StepInputs& step,
                   KvCache* cache, uint32_t layer);

/// All blocks, without the final norm: x [tokens, dim] → [tokens, dim]. Updates `cache` to its new version.
Tensor llama_blocks(Tensor x, const LlamaWeights& weights, const LlamaConfig& config, const StepInputs& step,
                    KvCache* cache);

/// Final norm and output layer in f32: x [rows, dim] → f32 [rows, vocab].
Tensor llama_logits(Tensor x, const LlamaWeights& weights, const LlamaConfig& config);

/// cos and sin of position · frequency, [context, head_dim], as ops::rope wants them.
/// Frequencies, angles and functions are f32, as LlamaRotaryEmbedding of the original computes them.
std::vector<float> llama_rope_table(const LlamaConfig& config, uint32_t context);

}  // namespace lapilli
