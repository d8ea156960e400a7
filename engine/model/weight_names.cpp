// SPDX-License-Identifier: Apache-2.0
#include "engine/model/weight_names.h"

#include "engine/base/error.h"

#include <array>
#include <charconv>
#include <span>

namespace lapilli {
namespace {

struct NamePair {
  std::string_view ours;
  std::string_view theirs;
};

constexpr NamePair kLlamaBlock[] = {
    {"attn_norm", "input_layernorm.weight"}, {"wq", "self_attn.q_proj.weight"},
    {"wk", "self_attn.k_proj.weight"},       {"wv", "self_attn.v_proj.weight"},
    {"wo", "self_attn.o_proj.weight"},       {"mlp_norm", "post_attention_layernorm.weight"},
    {"w_gate", "mlp.gate_proj.weight"},      {"w_up", "mlp.up_proj.weight"},
    {"w_down", "mlp.down_proj.weight"},
};
constexpr NamePair kClipBlock[] = {
    {"norm1", "layer_norm1"},   {"wq", "self_attn.q_proj"},   {"wk", "self_attn.k_proj"},
    {"wv", "self_attn.v_proj"}, {"wo", "self_attn.out_proj"}, {"norm2", "layer_norm2"},
    {"fc1", "mlp.fc1"},         {"fc2", "mlp.fc2"},
};
constexpr NamePair kGgufLlamaBlock[] = {
    {"attn_norm", "attn_norm.weight"}, {"wq", "attn_q.weight"},      {"wk", "attn_k.weight"},
    {"wv", "attn_v.weight"},           {"wo", "attn_output.weight"}, {"mlp_norm", "ffn_norm.weight"},
    {"w_gate", "ffn_gate.weight"},     {"w_up", "ffn_up.weight"},    {"w_down", "ffn_down.weight"},
};
constexpr NamePair kGgufClipBlock[] = {
    {"norm1", "ln1"}, {"wq", "attn_q"},   {"wk", "attn_k"},
    {"wv", "attn_v"}, {"wo", "attn_out"}, {"norm2", "ln2"},
};

std::string_view translate(std::span<const NamePair> table, std::string_view ours) {
  for (const NamePair& pair : table) {
    if (pair.ours == ours) return pair.theirs;
  }
  LAPILLI_ASSERT(false);
  return {};
}

/// "layers.3.wq" → {"3", "wq"}, after `prefix`.
struct LayerName {
  std::string_view index;
  std::string_view part;
};
LayerName split_layer(std::string_view name, std::string_view prefix) {
  name.remove_prefix(prefix.size());
  const size_t dot = name.find('.');
  return {name.substr(0, dot), name.substr(dot + 1)};
}

/// "norm1.weight" → {"norm1", ".weight"}
std::array<std::string_view, 2> split_suffix(std::string_view part) {
  const size_t dot = part.rfind('.');
  return {part.substr(0, dot), part.substr(dot)};
}

std::vector<std::string> with_prefixes(std::initializer_list<std::string_view> prefixes,
                                       std::string_view name) {
  std::vector<std::string> result;
  for (const std::string_view prefix : prefixes) result.push_back(text(prefix, name));
  return result;
}

std::vector<std::string> language_names(std::string_view suffix) {
  return with_prefixes({"model.", "language_model.model.", "model.language_model.", ""}, suffix);
}

std::vector<std::string> vision_names(std::string_view suffix) {
  return with_prefixes({"vision_tower.vision_model.", "model.vision_tower.vision_model.",
                        "model.vision_tower.vision_tower.vision_model.", "vision_tower.",
                        "model.vision_tower.", "vision_model.", ""},
                       suffix);
}

std::vector<std::string> vision_checkpoint_names(std::string_view name) {
  if (name == "class_embedding") return vision_names("embeddings.class_embedding");
  if (name == "patch_embedding") return vision_names("embeddings.patch_embedding.weight");
  if (name == "position_embedding") return vision_names("embeddings.position_embedding.weight");
  if (name == "pre_norm.weight") return vision_names("pre_layrnorm.weight");
  if (name == "pre_norm.bias") return vision_names("pre_layrnorm.bias");
  const LayerName layer = split_layer(name, "layers.");
  const auto [part, suffix] = split_suffix(layer.part);
  return vision_names(text("encoder.layers.", layer.index, '.', translate(kClipBlock, part), suffix));
}

std::vector<std::string> projector_checkpoint_names(std::string_view name) {
  const LayerName layer = split_layer(name, "");
  int index = 0;
  std::from_chars(layer.index.data(), layer.index.data() + layer.index.size(), index);
  // In the original's Sequential every second module is a GELU; a single linear layer stands without an
  // index.
  auto names = with_prefixes({"model.mm_projector.", "mm_projector.", ""}, text(2 * index, '.', layer.part));
  for (auto& more : with_prefixes({"multi_modal_projector.", "model.multi_modal_projector."},
                                  text("linear_", index + 1, '.', layer.part))) {
    names.push_back(std::move(more));
  }
  if (index == 0) {
    for (auto& more : with_prefixes({"model.mm_projector.", "mm_projector."}, layer.part))
      names.push_back(std::move(more));
  }
  return names;
}

std::string gguf_vision_name(std::string_view name, bool expanding_is_down) {
  if (name == "class_embedding") return "v.class_embd";
  if (name == "patch_embedding") return "v.patch_embd.weight";
  if (name == "position_embedding") return "v.position_embd.weight";
  if (name == "pre_norm.weight") return "v.pre_ln.weight";
  if (name == "pre_norm.bias") return "v.pre_ln.bias";
  const LayerName layer = split_layer(name, "layers.");
  const auto [part, suffix] = split_suffix(layer.part);
  if (part == "fc1" || part == "fc2") {
    const bool down = (part == "fc1") == expanding_is_down;
    return text("v.blk.", layer.index, down ? ".ffn_down" : ".ffn_up", suffix);
  }
  return text("v.blk.", layer.index, '.', translate(kGgufClipBlock, part), suffix);
}

}  // namespace

std::vector<std::string> checkpoint_names(std::string_view name) {
  if (name == "token_embedding") return language_names("embed_tokens.weight");
  if (name == "final_norm") return language_names("norm.weight");
  if (name == "lm_head") return {"lm_head.weight", "language_model.lm_head.weight", "model.lm_head.weight"};
  if (name.starts_with("layers.")) {
    const LayerName layer = split_layer(name, "layers.");
    return language_names(text("layers.", layer.index, '.', translate(kLlamaBlock, layer.part)));
  }
  if (name.starts_with("vision.")) return vision_checkpoint_names(name.substr(7));
  LAPILLI_ASSERT(name.starts_with("projector."));
  return projector_checkpoint_names(name.substr(10));
}

std::string gguf_name(std::string_view name, bool expanding_is_down) {
  if (name == "token_embedding") return "token_embd.weight";
  if (name == "final_norm") return "output_norm.weight";
  if (name == "lm_head") return "output.weight";
  if (name.starts_with("layers.")) {
    const LayerName layer = split_layer(name, "layers.");
    return text("blk.", layer.index, '.', translate(kGgufLlamaBlock, layer.part));
  }
  if (name.starts_with("vision.")) return gguf_vision_name(name.substr(7), expanding_is_down);
  LAPILLI_ASSERT(name.starts_with("projector."));
  const LayerName layer = split_layer(name.substr(10), "");
  int index = 0;
  std::from_chars(layer.index.data(), layer.index.data() + layer.index.size(), index);
  return text("mm.", 2 * index, '.', layer.part);
}

}  // namespace lapilli
