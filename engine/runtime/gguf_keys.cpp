// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/gguf_keys.h"

#include <algorithm>

namespace lapilli {
namespace {

constexpr uint32_t kQuantizationVersion = 2;
constexpr float kPaddingScore = -10000.0f;

void set_tokenizer(GgufMetadata& metadata, const Vocabulary& vocabulary, uint32_t rows) {
  std::vector<std::string> tokens;
  std::vector<float> scores;
  std::vector<int32_t> types;
  for (const VocabularyPiece& piece : vocabulary.pieces) {
    tokens.push_back(piece.text);
    scores.push_back(piece.score);
    types.push_back(static_cast<int32_t>(piece.type));
  }
  for (size_t id = tokens.size(); id < rows; ++id) {
    tokens.push_back(text("[PAD", id, "]"));
    scores.push_back(kPaddingScore);
    types.push_back(static_cast<int32_t>(PieceType::kUnused));
  }
  metadata.set_string("tokenizer.ggml.model", "llama");
  metadata.set_string("tokenizer.ggml.pre", "default");
  metadata.set_strings("tokenizer.ggml.tokens", std::move(tokens));
  metadata.set_f32s("tokenizer.ggml.scores", scores);
  metadata.set_i32s("tokenizer.ggml.token_type", types);
  const auto set_id = [&](const char* key, int32_t id) {
    if (id >= 0) metadata.set_u32(key, static_cast<uint32_t>(id));
  };
  set_id("tokenizer.ggml.bos_token_id", vocabulary.bos_id);
  set_id("tokenizer.ggml.eos_token_id", vocabulary.eos_id);
  set_id("tokenizer.ggml.unknown_token_id", vocabulary.unknown_id);
  metadata.set_bool("tokenizer.ggml.add_bos_token", vocabulary.add_bos);
  metadata.set_bool("tokenizer.ggml.add_eos_token", false);
  metadata.set_bool("tokenizer.ggml.add_space_prefix", vocabulary.add_dummy_prefix);
}

void require_storable(const Vocabulary& vocabulary, uint32_t rows) {
  if (vocabulary.algorithm != Vocabulary::Algorithm::kBpe || !vocabulary.precompiled_charsmap.empty()) {
    throw Error(ErrorCode::kUnsupported,
                "the tokenizer is no plain sentencepiece BPE model, which is what GGUF files of LLaMA hold");
  }
  if (vocabulary.pieces.size() > rows) {
    throw Error(ErrorCode::kBadFile, text("the tokenizer has ", vocabulary.pieces.size(),
                                          " pieces, the model's embedding table ", rows, " rows"));
  }
}

void set_architecture(GgufMetadata& metadata, const LlamaConfig& c) {
  metadata.set_u32("llama.context_length", c.context);
  metadata.set_u32("llama.embedding_length", c.dim);
  metadata.set_u32("llama.block_count", c.layers);
  metadata.set_u32("llama.feed_forward_length", c.ffn);
  metadata.set_u32("llama.attention.head_count", c.heads);
  metadata.set_u32("llama.attention.head_count_kv", c.kv_heads);
  metadata.set_f32("llama.attention.layer_norm_rms_epsilon", c.rms_norm_eps);
  metadata.set_u32("llama.rope.dimension_count", c.head_dim);
  metadata.set_f32("llama.rope.freq_base", static_cast<float>(c.rope_theta));
  metadata.set_u32("llama.vocab_size", c.vocab);
  if (c.head_dim * c.heads != c.dim) {
    metadata.set_u32("llama.attention.key_length", c.head_dim);
    metadata.set_u32("llama.attention.value_length", c.head_dim);
  }
  if (c.rope_scale != 1.0) {
    metadata.set_string("llama.rope.scaling.type", "linear");
    metadata.set_f32("llama.rope.scaling.factor", static_cast<float>(c.rope_scale));
  }
}

}  // namespace

Result<GgufMetadata> language_metadata(const ModelConfig& config, FileType type,
                                       const Vocabulary* vocabulary) {
  return try_result([&] {
    GgufMetadata metadata;
    metadata.set_string("general.architecture", "llama");
    metadata.set_string("general.name", config.name);
    set_architecture(metadata, config.language);
    metadata.set_u32("general.file_type", static_cast<uint32_t>(type));
    metadata.set_u32("general.quantization_version", kQuantizationVersion);
    if (vocabulary != nullptr) {
      require_storable(*vocabulary, config.language.vocab);
      set_tokenizer(metadata, *vocabulary, config.language.vocab);
    }
    return metadata;
  });
}

Result<GgufMetadata> projector_metadata(const ModelConfig& config, FileType type) {
  return try_result([&] {
    const VisionConfig& c = *config.vision;
    if (c.keep_class_row)
      throw Error(ErrorCode::kUnsupported, "the model uses the class row, which a projector file can't say");
    if (config.projector.layers == 0)
      throw Error(ErrorCode::kUnsupported, "the model has no projector, which a projector file can't say");
    GgufMetadata metadata;
    metadata.set_string("general.architecture", "clip");
    metadata.set_bool("clip.has_text_encoder", false);
    metadata.set_bool("clip.has_vision_encoder", true);
    metadata.set_bool("clip.has_llava_projector", true);
    metadata.set_u32("general.file_type", static_cast<uint32_t>(type));
    metadata.set_string("general.name", config.name);
    metadata.set_string("general.description", "image encoder for LLaVA");
    metadata.set_string("clip.projector_type", config.projector.layers == 1 ? "linear" : "mlp");
    metadata.set_u32("clip.vision.image_size", c.image_size);
    metadata.set_u32("clip.vision.patch_size", c.patch_size);
    metadata.set_u32("clip.vision.embedding_length", c.dim);
    metadata.set_u32("clip.vision.feed_forward_length", c.ffn);
    metadata.set_u32("clip.vision.projection_dim", config.language.dim);
    metadata.set_u32("clip.vision.attention.head_count", c.heads);
    metadata.set_f32("clip.vision.attention.layer_norm_epsilon", c.layer_norm_eps);
    metadata.set_u32("clip.vision.block_count", c.layers);
    const int32_t feature_layer = static_cast<int32_t>(c.layers);
    metadata.set_i32s("clip.vision.feature_layer", std::span(&feature_layer, 1));
    metadata.set_f32s("clip.vision.image_mean", c.mean);
    metadata.set_f32s("clip.vision.image_std", c.std);
    metadata.set_bool("clip.use_gelu", c.activation == ops::Activation::kGeluErf);
    return metadata;
  });
}

}  // namespace lapilli
