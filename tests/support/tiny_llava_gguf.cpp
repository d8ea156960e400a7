// SPDX-License-Identifier: Apache-2.0
#include "engine/io/gguf.h"
#include "engine/io/tokenizer.h"
#include "tests/support/tiny_llava.h"

#include <array>

namespace lapilli::test {
namespace {

constexpr uint64_t kHeads = 4;
constexpr uint64_t kKeyHeads = 2;
constexpr uint64_t kHeadSize = 8;
constexpr int kStoredVisionLayers = 2;

using Names = std::vector<std::array<std::string, 2>>;  // GGUF's, golden file's

/// Rows of Q and K for interleaved rotation: h·d + a·(d/2) + b → h·d + 2b + a.
HeldTensor permuted(const HeldTensor& tensor, uint64_t heads) {
  HeldTensor result = tensor;
  const size_t row_size = tensor.bytes.size() / tensor.shape[0];
  for (uint64_t head = 0; head < heads; ++head) {
    for (uint64_t half = 0; half < 2; ++half) {
      for (uint64_t pair = 0; pair < kHeadSize / 2; ++pair) {
        const uint64_t from = head * kHeadSize + half * (kHeadSize / 2) + pair;
        const uint64_t to = head * kHeadSize + 2 * pair + half;
        result.bytes.replace(to * row_size, row_size, tensor.bytes, from * row_size, row_size);
      }
    }
  }
  return result;
}

void write_file_of(const std::filesystem::path& path, const GgufMetadata& metadata,
                   const HeldTensors& tensors) {
  std::vector<GgufTensor> list;
  std::vector<const HeldTensor*> content;
  for (const auto& [name, tensor] : tensors) {
    list.push_back({.name = name, .dtype = tensor.dtype, .shape = tensor.shape});
    content.push_back(&tensor);
  }
  write_gguf(path, metadata, list, [&](size_t index, const GgufSink& sink) {
    return sink(std::as_bytes(std::span(content[index]->bytes)));
  }).value();
}

/// The converter's rules: rows of Q and K permuted, vectors f32, embeddings of the encoder as they are.
HeldTensor as_stored(const std::string& gguf_name, const HeldTensor& tensor, bool embedding,
                     DType matrix_type) {
  if (tensor.shape.size() == 1) return converted(tensor, DType::f32);
  HeldTensor result = tensor;
  if (gguf_name.starts_with("blk.") && gguf_name.ends_with("attn_q.weight"))
    result = permuted(tensor, kHeads);
  if (gguf_name.starts_with("blk.") && gguf_name.ends_with("attn_k.weight"))
    result = permuted(tensor, kKeyHeads);
  return embedding || matrix_type == DType::f16 ? result : converted(result, matrix_type);
}

void write(const std::filesystem::path& path, const GgufMetadata& metadata, const HeldTensors& tensors,
           const Names& names, DType matrix_type) {
  HeldTensors stored;
  for (const auto& [gguf_name, golden_name] : names) {
    const bool embedding = golden_name.find(".embeddings.") != std::string::npos;
    stored[gguf_name] = as_stored(gguf_name, tensors.at(golden_name), embedding, matrix_type);
  }
  write_file_of(path, metadata, stored);
}

Names language_names() {
  Names names = {{"token_embd.weight", "language_model.model.embed_tokens.weight"}};
  for (const char* layer : {"0", "1"}) {
    for (const auto& [gguf, golden] : Names{{"attn_norm", "input_layernorm"},
                                            {"attn_q", "self_attn.q_proj"},
                                            {"attn_k", "self_attn.k_proj"},
                                            {"attn_v", "self_attn.v_proj"},
                                            {"attn_output", "self_attn.o_proj"},
                                            {"ffn_norm", "post_attention_layernorm"},
                                            {"ffn_gate", "mlp.gate_proj"},
                                            {"ffn_up", "mlp.up_proj"},
                                            {"ffn_down", "mlp.down_proj"}}) {
      names.push_back({text("blk.", layer, '.', gguf, ".weight"),
                       text("language_model.model.layers.", layer, '.', golden, ".weight")});
    }
  }
  names.push_back({"output_norm.weight", "language_model.model.norm.weight"});
  names.push_back({"output.weight", "language_model.lm_head.weight"});
  return names;
}

Names projector_names(bool legacy) {
  Names names = {{"v.class_embd", "vision_tower.embeddings.class_embedding"},
                 {"v.patch_embd.weight", "vision_tower.embeddings.patch_embedding.weight"},
                 {"v.position_embd.weight", "vision_tower.embeddings.position_embedding.weight"}};
  for (const char* part : {".weight", ".bias"}) {
    names.push_back({text("mm.0", part), text("multi_modal_projector.linear_1", part)});
    names.push_back({text("mm.2", part), text("multi_modal_projector.linear_2", part)});
    names.push_back({text("v.pre_ln", part), text("vision_tower.pre_layrnorm", part)});
    for (int layer = 0; layer < kStoredVisionLayers; ++layer) {
      for (const auto& [gguf, golden] : Names{{"attn_q", "self_attn.q_proj"},
                                              {"attn_k", "self_attn.k_proj"},
                                              {"attn_v", "self_attn.v_proj"},
                                              {"attn_out", "self_attn.out_proj"},
                                              {"ln1", "layer_norm1"},
                                              {"ln2", "layer_norm2"},
                                              {legacy ? "ffn_down" : "ffn_up", "mlp.fc1"},
                                              {legacy ? "ffn_up" : "ffn_down", "mlp.fc2"}}) {
        names.push_back({text("v.blk.", layer, '.', gguf, part),
                         text("vision_tower.encoder.layers.", layer, '.', golden, part)});
      }
    }
  }
  return names;
}

void add_vocabulary(GgufMetadata& metadata) {
  const Tokenizer tokenizer = Tokenizer::open(golden_folder() / "tokenizer/tiny.model").value();
  std::vector<std::string> tokens;
  std::vector<float> scores;
  std::vector<int32_t> types;
  for (const VocabularyPiece& piece : tokenizer.vocabulary().pieces) {
    tokens.push_back(piece.text);
    scores.push_back(piece.score);
    types.push_back(static_cast<int32_t>(piece.type));
  }
  for (const char* special : {"<image>", "<pad>"}) {
    tokens.emplace_back(special);
    scores.push_back(-1000.0f);
    types.push_back(static_cast<int32_t>(PieceType::kControl));
  }
  metadata.set_string("tokenizer.ggml.model", "llama");
  metadata.set_strings("tokenizer.ggml.tokens", tokens);
  metadata.set_f32s("tokenizer.ggml.scores", scores);
  metadata.set_i32s("tokenizer.ggml.token_type", types);
}

GgufMetadata language_metadata() {
  GgufMetadata metadata;
  metadata.set_string("general.architecture", "llama");
  metadata.set_string("general.name", "tiny");
  metadata.set_u32("llama.context_length", 256);
  metadata.set_u32("llama.embedding_length", 32);
  metadata.set_u32("llama.block_count", 2);
  metadata.set_u32("llama.feed_forward_length", 64);
  metadata.set_u32("llama.attention.head_count", kHeads);
  metadata.set_u32("llama.attention.head_count_kv", kKeyHeads);
  metadata.set_u32("llama.rope.dimension_count", kHeadSize);
  metadata.set_f32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
  add_vocabulary(metadata);
  return metadata;
}

GgufMetadata projector_metadata() {
  GgufMetadata metadata;
  metadata.set_string("general.architecture", "clip");
  metadata.set_bool("clip.has_text_encoder", false);
  metadata.set_bool("clip.has_vision_encoder", true);
  metadata.set_bool("clip.has_llava_projector", true);
  metadata.set_string("clip.projector_type", "mlp");
  metadata.set_u32("clip.vision.image_size", 28);
  metadata.set_u32("clip.vision.patch_size", 14);
  metadata.set_u32("clip.vision.embedding_length", 32);
  metadata.set_u32("clip.vision.feed_forward_length", 64);
  metadata.set_u32("clip.vision.projection_dim", 32);
  metadata.set_u32("clip.vision.attention.head_count", 2);
  metadata.set_f32("clip.vision.attention.layer_norm_epsilon", 1e-5f);
  metadata.set_u32("clip.vision.block_count", kStoredVisionLayers);
  metadata.set_f32s("clip.vision.image_mean", std::array{0.48145466f, 0.4578275f, 0.40821073f});
  metadata.set_f32s("clip.vision.image_std", std::array{0.26862954f, 0.26130258f, 0.27577711f});
  metadata.set_bool("clip.use_gelu", false);
  return metadata;
}

}  // namespace

void write_gguf_pair(const std::filesystem::path& folder, const GgufPair& options) {
  std::filesystem::create_directories(folder);
  const HeldTensors tensors = tiny_llava_weights();
  write(folder / "tiny.gguf", language_metadata(), tensors, language_names(), options.language_type);
  write(folder / "mmproj-tiny.gguf", projector_metadata(), tensors, projector_names(options.legacy_names),
        options.projector_type);
}

void edit_gguf(const std::filesystem::path& path,
               const std::function<void(GgufMetadata& metadata, HeldTensors& tensors)>& edit) {
  const GgufFile file = GgufFile::open(path).value();
  GgufMetadata metadata = file.metadata();
  HeldTensors tensors;
  for (const StoredTensor& stored : file.tensors()) {
    tensors[stored.name] = {.dtype = stored.type.dtype.value(),
                            .shape = stored.shape,
                            .bytes = {reinterpret_cast<const char*>(stored.data.data()), stored.data.size()}};
  }
  edit(metadata, tensors);
  write_file_of(path, metadata, tensors);
}

}  // namespace lapilli::test
