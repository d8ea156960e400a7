// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/hf_config.h"

#include "engine/io/file.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string_view torch_name(DType type) {
  return type == DType::f16 ? "float16" : type == DType::bf16 ? "bfloat16" : "float32";
}

void write_json(const fs::path& path, const Json& content) {
  const std::string source = content.dump(2) + '\n';
  replace_file(path, as_bytes(source)).value();
}

Json token(const LoadedModel& model, int32_t id) {
  return id >= 0 && static_cast<uint32_t>(id) < model.config.language.vocab ? Json(id) : Json(nullptr);
}
Json bos_token(const LoadedModel& model) {
  return model.tokenizer ? token(model, model.tokenizer->bos_id()) : Json(nullptr);
}
Json end_tokens(const LoadedModel& model) {
  const std::vector<int32_t> ids = all_end_ids(model);
  return ids.empty() ? Json(nullptr) : ids.size() == 1 ? Json(ids.front()) : Json(ids);
}
Json pad_token(const LoadedModel& model) {
  const auto pad = model.tokenizer ? model.tokenizer->find("<pad>") : std::nullopt;
  return token(model, pad.value_or(-1));
}

Json language_json(const LoadedModel& model) {
  const LlamaConfig& c = model.config.language;
  Json config = {{"model_type", "llama"},
                 {"hidden_size", c.dim},
                 {"intermediate_size", c.ffn},
                 {"num_hidden_layers", c.layers},
                 {"num_attention_heads", c.heads},
                 {"num_key_value_heads", c.kv_heads},
                 {"head_dim", c.head_dim},
                 {"vocab_size", c.vocab},
                 {"max_position_embeddings", c.context},
                 {"rms_norm_eps", c.rms_norm_eps},
                 {"rope_theta", c.rope_theta},
                 {"hidden_act", "silu"},
                 {"attention_bias", false},
                 {"mlp_bias", false},
                 {"tie_word_embeddings", c.tied_embeddings},
                 {"bos_token_id", bos_token(model)},
                 {"eos_token_id", end_tokens(model)},
                 {"pad_token_id", pad_token(model)}};
  if (c.rope_scale != 1)
    config["rope_scaling"] = {{"rope_type", "linear"}, {"type", "linear"}, {"factor", c.rope_scale}};
  return config;
}

Json vision_json(const VisionConfig& c) {
  return {{"model_type", "clip_vision_model"},
          {"hidden_size", c.dim},
          {"intermediate_size", c.ffn},
          {"num_hidden_layers", c.layers},
          {"num_attention_heads", c.heads},
          {"image_size", c.image_size},
          {"patch_size", c.patch_size},
          {"num_channels", 3},
          {"projection_dim", c.dim},
          {"layer_norm_eps", c.layer_norm_eps},
          {"hidden_act", c.activation == ops::Activation::kQuickGelu ? "quick_gelu" : "gelu"}};
}

std::string_view select_strategy(const VisionConfig& vision) {
  return vision.keep_class_row ? "full" : "default";
}

Json model_json(const LoadedModel& model, DType type) {
  if (!model.config.vision) {
    Json config = language_json(model);
    config["architectures"] = {"LlamaForCausalLM"};
    config["torch_dtype"] = torch_name(type);
    return config;
  }
  const VisionConfig& vision = *model.config.vision;
  return {{"architectures", {"LlavaForConditionalGeneration"}},
          {"model_type", "llava"},
          {"torch_dtype", torch_name(type)},
          {"text_config", language_json(model)},
          {"vision_config", vision_json(vision)},
          {"image_token_index", model.config.image_token},
          {"image_seq_length", vision.image_rows()},
          {"projector_hidden_act", "gelu"},
          {"multimodal_projector_bias", true},
          {"vision_feature_layer", -1},
          {"vision_feature_select_strategy", select_strategy(vision)},
          {"image_aspect_ratio", model.config.aspect == ImageAspect::kPad ? "pad" : "crop"},
          {"tie_word_embeddings", model.config.language.tied_embeddings},
          {"pad_token_id", pad_token(model)}};
}

Json preprocessor_json(const ModelConfig& config) {
  const VisionConfig& vision = *config.vision;
  Json json = {{"image_processor_type", "CLIPImageProcessor"},
               {"do_convert_rgb", true},
               {"do_resize", true},
               {"size", {{"shortest_edge", vision.image_size}}},
               {"resample", 3},
               {"do_center_crop", true},
               {"crop_size", {{"height", vision.image_size}, {"width", vision.image_size}}},
               {"do_rescale", true},
               {"rescale_factor", 1.0 / 255},
               {"do_normalize", true},
               {"image_mean", vision.mean},
               {"image_std", vision.std}};
  if (config.aspect == ImageAspect::kPad) {
    json["image_processor_type"] = "LlavaImageProcessor";
    json["do_pad"] = true;
  }
  return json;
}

constexpr std::array kTokenizerFiles = {
    "tokenizer.model",   "tokenizer.json",     "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "chat_template.json", "chat_template.jinja"};

bool holds_tokenizer(const fs::path& folder) {
  return fs::exists(folder / "tokenizer.model") || fs::exists(folder / "tokenizer.json");
}

/// Whether every token of the vocabulary has the text that transformers asks special tokens for.
Json token_text(const Tokenizer& tokenizer, int32_t id) {
  return id >= 0 ? Json(tokenizer.piece(id)) : Json(nullptr);
}

Json tokenizer_json(const LoadedModel& model) {
  const Tokenizer& tokenizer = *model.tokenizer;
  Json added = Json::object();
  for (int32_t id = 0; id < tokenizer.size(); ++id) {
    const PieceType type = tokenizer.type(id);
    if (type != PieceType::kControl && type != PieceType::kUnknown && type != PieceType::kUserDefined)
      continue;
    added[std::to_string(id)] = {{"content", tokenizer.piece(id)},
                                 {"lstrip", false},
                                 {"normalized", false},
                                 {"rstrip", false},
                                 {"single_word", false},
                                 {"special", type != PieceType::kUserDefined}};
  }
  Json json = {{"tokenizer_class", "LlamaTokenizer"},
               {"legacy", false},
               {"add_bos_token", tokenizer.vocabulary().add_bos},
               {"add_eos_token", false},
               {"bos_token", token_text(tokenizer, tokenizer.bos_id())},
               {"eos_token", token_text(tokenizer, tokenizer.eos_id())},
               {"unk_token", token_text(tokenizer, tokenizer.unknown_id())},
               {"model_max_length", model.config.language.context},
               {"clean_up_tokenization_spaces", false},
               {"added_tokens_decoder", added}};
  if (tokenizer.find("<pad>")) json["pad_token"] = "<pad>";
  if (model.config.vision) {
    json["image_token"] = tokenizer.piece(model.config.image_token);
    json["processor_class"] = "LlavaProcessor";
  }
  return json;
}

}  // namespace

void write_hf_configs(const LoadedModel& model, DType type, const fs::path& folder) {
  write_json(folder / "config.json", model_json(model, type));
  write_json(folder / "generation_config.json", {{"bos_token_id", bos_token(model)},
                                                 {"eos_token_id", end_tokens(model)},
                                                 {"pad_token_id", pad_token(model)}});
  if (!model.config.vision) return;
  write_json(folder / "preprocessor_config.json", preprocessor_json(model.config));
  write_json(folder / "processor_config.json",
             {{"processor_class", "LlavaProcessor"},
              {"image_token", model.tokenizer ? model.tokenizer->piece(model.config.image_token) : "<image>"},
              {"patch_size", model.config.vision->patch_size},
              {"num_additional_image_tokens", 1},
              {"vision_feature_select_strategy", select_strategy(*model.config.vision)}});
}

void write_hf_tokenizer(const LoadedModel& model, const std::vector<fs::path>& sources, bool added,
                        const fs::path& folder) {
  const auto source = std::find_if(sources.begin(), sources.end(), holds_tokenizer);
  if (source != sources.end() && !added) {
    for (const char* name : kTokenizerFiles) {
      if (fs::exists(*source / name))
        fs::copy_file(*source / name, folder / name, fs::copy_options::overwrite_existing);
    }
    if (fs::exists(folder / "tokenizer_config.json")) return;
  } else {
    const std::string vocabulary = serialize_sentencepiece_model(model.tokenizer->vocabulary());
    replace_file(folder / "tokenizer.model", as_bytes(vocabulary)).value();
  }
  write_json(folder / "tokenizer_config.json", tokenizer_json(model));
}

}  // namespace lapilli
