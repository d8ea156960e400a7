// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/model_config_gguf.h"

#include "engine/runtime/field_keys.h"

#include <algorithm>

namespace lapilli {
namespace {

constexpr const char* kArchitecture = "general.architecture";

uint32_t heads_of(const GgufMetadata& metadata, const std::string& key, uint32_t fallback) {
  const GgufValue* value = metadata.find(key);
  if (value == nullptr) return fallback;
  if (!value->is_array) return metadata.get_u32(key).value();
  const auto all = metadata.get_u32s(key).value();
  if (all.empty() ||
      std::any_of(all.begin(), all.end(), [&](uint32_t heads) { return heads != all.front(); })) {
    throw Error(ErrorCode::kUnsupported,
                "gives the layers different numbers of heads, which is not supported", key);
  }
  return all.front();
}

double rope_scale_of(const GgufMetadata& metadata) {
  const std::string kind = metadata.get_string("llama.rope.scaling.type", "none").value();
  if (kind != "none" && kind != "linear") {
    throw Error(ErrorCode::kUnsupported, text("is \"", kind, "\", none and linear are supported"),
                "llama.rope.scaling.type");
  }
  const float old_scale = metadata.get_f32("llama.rope.scale_linear", 1.0f).value();
  return kind == "linear" ? metadata.get_f32("llama.rope.scaling.factor", 1.0f).value() : old_scale;
}

void require_unit_frequencies(const GgufFile& file) {
  const StoredTensor* factors = file.find("rope_freqs.weight");
  if (factors == nullptr) return;
  std::vector<float> values(element_count(factors->shape).value_or(0));
  copy_f32(*factors, 0, values).value();
  if (std::any_of(values.begin(), values.end(), [](float value) { return value != 1.0f; })) {
    throw Error(ErrorCode::kUnsupported, "scales the rotary frequencies, which is not supported",
                "rope_freqs.weight");
  }
}

LlamaConfig language_of(const GgufFile& file) {
  const GgufMetadata& metadata = file.metadata();
  const std::string architecture = metadata.get_string(kArchitecture).value();
  if (architecture != "llama") {
    throw Error(ErrorCode::kUnsupported, text("is \"", architecture, "\", llama is supported"),
                kArchitecture);
  }
  if (metadata.get_string("general.type", "model").value() == "adapter") {
    throw Error(ErrorCode::kUnsupported, "is \"adapter\": this file is a LoRA adapter, a model is expected",
                "general.type");
  }
  if (metadata.get_u32("llama.expert_count", 0).value() != 0) {
    throw Error(ErrorCode::kUnsupported, "mixtures of experts are not supported", "llama.expert_count");
  }
  LlamaConfig config;
  config.dim = metadata.get_u32("llama.embedding_length").value();
  config.ffn = metadata.get_u32("llama.feed_forward_length").value();
  config.layers = metadata.get_u32("llama.block_count").value();
  config.heads = heads_of(metadata, "llama.attention.head_count", 0);
  if (config.heads == 0) throw Error(ErrorCode::kBadFile, "is missing or 0", "llama.attention.head_count");
  config.kv_heads = heads_of(metadata, "llama.attention.head_count_kv", config.heads);
  if (!metadata.contains("llama.attention.key_length") && config.dim % config.heads != 0) {
    throw Error(ErrorCode::kBadFile,
                text("is ", config.heads, ", which cannot share a width of ", config.dim, " evenly"),
                "llama.attention.head_count");
  }
  config.head_dim = metadata.get_u32("llama.attention.key_length", config.dim / config.heads).value();
  const uint32_t rotated = metadata.get_u32("llama.rope.dimension_count", config.head_dim).value();
  if (rotated != config.head_dim) {
    throw Error(
        ErrorCode::kUnsupported,
        text("is ", rotated, ", the head size is ", config.head_dim, "; partial rotation is not supported"),
        "llama.rope.dimension_count");
  }
  config.context = metadata.get_u32("llama.context_length").value();
  config.rms_norm_eps = metadata.get_f32("llama.attention.layer_norm_rms_epsilon").value();
  config.rope_theta = metadata.get_f32("llama.rope.freq_base", 10000.0f).value();
  config.rope_scale = rope_scale_of(metadata);
  config.rope_pairing = ops::RopePairing::kInterleaved;
  require_unit_frequencies(file);
  const StoredTensor* table = file.find("token_embd.weight");
  if (table == nullptr || table->shape.size() != 2)
    throw Error(ErrorCode::kBadFile, "is missing or no matrix", "token_embd.weight");
  config.vocab = static_cast<uint32_t>(table->shape[0]);
  config.tied_embeddings = file.find("output.weight") == nullptr;
  return config;
}

uint32_t stored_blocks(const GgufFile& file) {
  uint32_t count = 0;
  while (file.find(text("v.blk.", count, ".ln1.weight")) != nullptr) ++count;
  return count;
}

/// The final norm stands behind the last block alone.
bool holds_whole_encoder(const GgufFile& file) {
  return file.find("v.post_ln.weight") != nullptr;
}

/// Blocks to run: those of the asked-for hidden state, or all that are stored, less the last where the file
/// holds the whole encoder (its final norm shows that), since LLaVA-1.5 takes the state before it.
uint32_t blocks_of(const GgufFile& file) {
  const GgufMetadata& metadata = file.metadata();
  const uint32_t stored = stored_blocks(file);
  if (metadata.contains("clip.vision.feature_layer")) {
    const auto layers = metadata.get_u32s("clip.vision.feature_layer").value();
    if (layers.size() != 1 || layers[0] == 0 || layers[0] > stored) {
      throw Error(ErrorCode::kUnsupported,
                  text("asks for other states than one after the first ", stored, " layers"),
                  "clip.vision.feature_layer");
    }
    return layers[0];
  }
  return holds_whole_encoder(file) && stored > 1 ? stored - 1 : stored;
}

ProjectorConfig projector_of(const GgufFile& file, std::vector<std::string>& notes) {
  const GgufMetadata& metadata = file.metadata();
  for (const char* other : {"model.image_newline", "v.image_newline", "mm.3.weight", "mm.model.mlp.1.weight",
                            "resampler.query"}) {
    if (file.find(other) != nullptr) {
      throw Error(ErrorCode::kUnsupported,
                  text("holds \"", other,
                       "\": this is the projector of another kind of model; LLaVA-1.5's is supported"));
    }
  }
  const std::string kind =
      metadata
          .get_string("clip.projector_type", metadata.get_string("clip.vision.projector_type", "").value())
          .value();
  if (kind.empty())
    notes.emplace_back(
        "The projector file does not name its type, as files before 2024 do; LLaVA-1.5's is assumed.");
  if (!kind.empty() && kind != "mlp" && kind != "linear") {
    throw Error(ErrorCode::kUnsupported, text("is \"", kind, "\", mlp and linear are supported"),
                "clip.projector_type");
  }
  const std::string merge = metadata.get_string("clip.vision.mm_patch_merge_type", "flat").value();
  if (merge != "flat") {
    throw Error(
        ErrorCode::kUnsupported,
        text("is \"", merge, "\": this is the projector of a LLaVA-1.6 model; LLaVA-1.5's is supported"),
        "clip.vision.mm_patch_merge_type");
  }
  uint32_t layers = 0;
  while (file.find(text("mm.", 2 * layers, ".weight")) != nullptr) ++layers;
  if (layers == 0) throw Error(ErrorCode::kBadFile, "holds no projector weight \"mm.0.weight\"");
  return {layers};
}

void read_statistics(const GgufMetadata& metadata, const char* key, std::array<float, 3>& to) {
  if (!metadata.contains(key)) return;
  const auto values = metadata.get_f32s(key, 3).value();
  std::copy(values.begin(), values.end(), to.begin());
}

GgufVision vision_of(const GgufFile& file) {
  const GgufMetadata& metadata = file.metadata();
  if (metadata.get_bool("clip.has_audio_encoder", false).value())
    throw Error(ErrorCode::kUnsupported, "audio encoders are not supported", "clip.has_audio_encoder");
  GgufVision result;
  result.projector = projector_of(file, result.notes);
  VisionConfig& vision = result.vision;
  vision.dim = metadata.get_u32("clip.vision.embedding_length").value();
  vision.ffn = metadata.get_u32("clip.vision.feed_forward_length").value();
  vision.heads = metadata.get_u32("clip.vision.attention.head_count").value();
  vision.image_size = metadata.get_u32("clip.vision.image_size").value();
  vision.patch_size = metadata.get_u32("clip.vision.patch_size").value();
  vision.layer_norm_eps = metadata.get_f32("clip.vision.attention.layer_norm_epsilon", 1e-5f).value();
  vision.layers = blocks_of(file);
  result.blocks = stored_blocks(file) + (holds_whole_encoder(file) ? 0 : 1);
  if (metadata.get_bool("clip.use_silu", false).value())
    throw Error(ErrorCode::kUnsupported, "an encoder with SiLU is not supported", "clip.use_silu");
  vision.activation = metadata.get_bool("clip.use_gelu", false).value() ? ops::Activation::kGeluErf
                                                                        : ops::Activation::kQuickGelu;
  read_statistics(metadata, "clip.vision.image_mean", vision.mean);
  read_statistics(metadata, "clip.vision.image_std", vision.std);

  const StoredTensor* down = file.find("v.blk.0.ffn_down.weight");
  if (down == nullptr || down->shape.size() != 2)
    throw Error(ErrorCode::kBadFile, "is missing or no matrix", "v.blk.0.ffn_down.weight");
  result.expanding_is_down = down->shape[1] == vision.dim && (down->shape[0] == vision.ffn);
  return result;
}

Vocabulary vocabulary_of(const GgufFile& file) {
  const GgufMetadata& metadata = file.metadata();
  const std::string kind = metadata.get_string("tokenizer.ggml.model").value();
  if (kind != "llama")
    throw Error(ErrorCode::kUnsupported, text("is \"", kind, "\", llama (sentencepiece) is supported"),
                "tokenizer.ggml.model");
  GgufVocabulary arrays;
  const auto tokens = metadata.get_strings("tokenizer.ggml.tokens").value();
  arrays.tokens.assign(tokens.begin(), tokens.end());
  const uint64_t count = arrays.tokens.size();
  if (metadata.contains("tokenizer.ggml.scores"))
    arrays.scores = metadata.get_f32s("tokenizer.ggml.scores", count).value();
  if (metadata.contains("tokenizer.ggml.token_type"))
    arrays.types = metadata.get_i32s("tokenizer.ggml.token_type", count).value();
  const auto id = [&](const char* key) -> std::optional<int64_t> {
    if (!metadata.contains(key)) return std::nullopt;
    return metadata.get_u32(key).value();
  };
  arrays.bos_id = id("tokenizer.ggml.bos_token_id");
  arrays.eos_id = id("tokenizer.ggml.eos_token_id");
  arrays.unknown_id = id("tokenizer.ggml.unknown_token_id");
  arrays.add_space_prefix = metadata.get_bool("tokenizer.ggml.add_space_prefix", true).value();
  arrays.add_bos = metadata.get_bool("tokenizer.ggml.add_bos_token", true).value();
  return read_gguf_vocabulary(arrays).value();
}

}  // namespace

Result<LlamaConfig> read_gguf_language(const GgufFile& file) {
  return try_result([&] { return language_of(file); });
}

Result<GgufVision> read_gguf_vision(const GgufFile& file) {
  return try_result([&] { return vision_of(file); });
}

Result<Vocabulary> read_gguf_tokenizer(const GgufFile& file) {
  return try_result([&] { return vocabulary_of(file); });
}

Result<std::vector<int64_t>> read_gguf_end_tokens(const GgufFile& file) {
  return try_result([&] {
    std::vector<int64_t> ids;
    for (const char* key :
         {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"}) {
      if (file.metadata().contains(key)) ids.push_back(file.metadata().get_u32(key).value());
    }
    return ids;
  });
}

Error within_gguf(const std::string& file, const Error& error) {
  return error.place().starts_with(file) ? error : error.within(file);
}

Error with_gguf_key(const Error& error) {
  constexpr FieldKey kKeys[] = {
      {"hidden size", "llama.embedding_length"},
      {"feed-forward size", "llama.feed_forward_length"},
      {"language layers", "llama.block_count"},
      {"attention heads", "llama.attention.head_count"},
      {"key/value heads", "llama.attention.head_count_kv"},
      {"head size", "llama.attention.key_length"},
      {"vocabulary", "token_embd.weight"},
      {"context", "llama.context_length"},
      {"norm epsilon", "llama.attention.layer_norm_rms_epsilon"},
      {"rope base", "llama.rope.freq_base"},
      {"rope scale", "llama.rope.scaling.factor"},
      {"vision hidden size", "clip.vision.embedding_length"},
      {"vision heads", "clip.vision.attention.head_count"},
      {"vision feed-forward size", "clip.vision.feed_forward_length"},
      {"image size", "clip.vision.image_size"},
      {"patch size", "clip.vision.patch_size"},
      {"vision norm epsilon", "clip.vision.attention.layer_norm_epsilon"},
      {"picture statistics", "clip.vision.image_mean, clip.vision.image_std"},
  };
  return with_key(error, kKeys);
}

bool is_projector_file(const GgufFile& file) {
  const auto architecture = file.metadata().get_string(kArchitecture, "");
  return architecture && *architecture == "clip";
}

}  // namespace lapilli
