// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/model_config_json.h"

#include "engine/base/json.h"
#include "engine/io/file.h"
#include "engine/runtime/field_keys.h"
#include "engine/runtime/json_section.h"

namespace lapilli {
namespace {

/// Rotary settings stand in the section itself, in "rope_scaling", or (transformers 5) in "rope_parameters".
void read_rope(const JsonSection& section, LlamaConfig& config) {
  config.rope_theta = section.number("rope_theta", 10000.0);
  for (const char* key : {"rope_parameters", "rope_scaling"}) {
    const auto rope = section.section(key);
    if (!rope) continue;
    config.rope_theta = rope->number("rope_theta", config.rope_theta);
    const std::string kind = rope->string("rope_type", rope->string("type", "default"));
    if (kind == "linear") {
      config.rope_scale = rope->number("factor", 1.0);
    } else if (kind != "default") {
      throw rope->unsupported("rope_type", kind, "only default and linear are supported");
    }
  }
}

void require_text(const JsonSection& section, const char* key, std::string_view wanted) {
  const std::string value = section.string(key, std::string(wanted));
  if (value != wanted) throw section.unsupported(key, value, text("only \"", wanted, "\" is supported"));
}

void require_false(const JsonSection& section, const char* key) {
  if (section.flag(key, false)) throw section.unsupported(key, "true", "models with it are not supported");
}

void refuse_quantized(const JsonSection& section) {
  if (section.find("quantization_config") == nullptr) return;
  throw section.unsupported(
      "quantization_config", "present",
      "weights quantised by other libraries are not read; use the unquantised model or a GGUF file");
}

/// The size of a head where the file does not give it.
uint32_t whole_head_size(const JsonSection& section, const LlamaConfig& config) {
  if (config.heads == 0 || config.dim % config.heads == 0)
    return config.heads == 0 ? 0 : config.dim / config.heads;
  throw Error(ErrorCode::kBadFile,
              text("is ", config.dim, ", which ", config.heads, " attention heads cannot share evenly"),
              section.place("hidden_size"));
}

/// Absent values are transformers' defaults of LlamaConfig: llava-hf files leave them out.
LlamaConfig read_language(const JsonSection& section) {
  refuse_quantized(section);
  require_text(section, "hidden_act", "silu");
  require_false(section, "attention_bias");
  require_false(section, "mlp_bias");
  LlamaConfig config;
  config.dim = section.count("hidden_size", 4096);
  config.ffn = section.count("intermediate_size", 11008);
  config.layers = section.count("num_hidden_layers", 32);
  config.heads = section.count("num_attention_heads", 32);
  config.kv_heads = section.count("num_key_value_heads", config.heads);
  config.head_dim =
      section.find("head_dim") != nullptr ? section.count("head_dim", 0) : whole_head_size(section, config);
  config.vocab = section.count("vocab_size", 32000);
  config.context = section.count("max_position_embeddings", 2048);
  config.rms_norm_eps = static_cast<float>(section.number("rms_norm_eps", 1e-6));
  config.tied_embeddings = section.flag("tie_word_embeddings", false);
  config.rope_pairing = ops::RopePairing::kHalves;
  read_rope(section, config);
  return config;
}

/// Absent values are transformers' defaults of CLIPVisionConfig.
VisionConfig read_vision(const JsonSection& section) {
  VisionConfig config;
  config.dim = section.count("hidden_size", 768);
  config.ffn = section.count("intermediate_size", 3072);
  config.layers = section.count("num_hidden_layers", 12);
  config.heads = section.count("num_attention_heads", 12);
  config.image_size = section.count("image_size", 224);
  config.patch_size = section.count("patch_size", 32);
  config.layer_norm_eps = static_cast<float>(section.number("layer_norm_eps", 1e-5));
  const std::string activation = section.string("hidden_act", "quick_gelu");
  if (activation == "gelu") {
    config.activation = ops::Activation::kGeluErf;
  } else if (activation != "quick_gelu") {
    throw section.unsupported("hidden_act", activation, "quick_gelu and gelu are supported");
  }
  return config;
}

/// "default"/"patch" drop the class row, "full"/"cls_patch" keep it.
bool keeps_class_row(const JsonSection& root) {
  for (const char* key : {"vision_feature_select_strategy", "mm_vision_select_feature"}) {
    const std::string strategy = root.string(key, "default");
    if (strategy == "full" || strategy == "cls_patch") return true;
    if (strategy != "default" && strategy != "patch")
      throw root.unsupported(key, strategy, "default, full, patch and cls_patch are supported");
  }
  return false;
}

int select_layer(const JsonSection& root) {
  const nlohmann::json* value = root.find("vision_feature_layer");
  if (value != nullptr && value->is_array()) {
    if (value->size() != 1)
      throw root.unsupported("vision_feature_layer", value->dump(), "features of one layer are supported");
    if (!value->front().is_number_integer())
      throw root.unsupported("vision_feature_layer", value->dump(), "a whole number is expected");
    return value->front().get<int>();
  }
  return root.integer("vision_feature_layer", root.integer("mm_vision_select_layer", -2));
}

ImageAspect aspect_of(const JsonSection& root) {
  const std::string aspect = root.string("image_aspect_ratio", "pad");
  if (aspect.starts_with("anyres"))
    throw root.unsupported("image_aspect_ratio", aspect,
                           "this is a LLaVA-1.6 model; LLaVA-1.5 models are supported");
  return aspect == "pad" ? ImageAspect::kPad : ImageAspect::kCrop;
}

std::optional<ProjectorConfig> read_projector(const JsonSection& root, bool port) {
  if (port) {
    require_text(root, "projector_hidden_act", "gelu");
    return ProjectorConfig{2};
  }
  if (root.find("mm_projector_type") == nullptr && root.find("mm_vision_tower") == nullptr)
    return std::nullopt;
  return projector_from_name(root.string("mm_projector_type", "linear")).value();
}

CheckpointConfig read_config(const JsonSection& root) {
  refuse_quantized(root);
  CheckpointConfig config;
  const std::string kind = root.string("model_type");
  if (kind == "clip" || kind == "clip_vision_model") {
    const auto nested = root.section("vision_config");
    config.vision = read_vision(nested ? *nested : root);
    return config;
  }
  if (kind != "llava" && kind != "llava_llama" && kind != "llama") {
    throw root.unsupported("model_type", kind,
                           "LLaVA-1.5 models (llava, llava_llama), llama and clip are supported");
  }
  const auto nested_language = root.section("text_config");
  const auto nested_vision = root.section("vision_config");
  if (nested_language) require_text(*nested_language, "model_type", "llama");
  if (nested_vision) require_text(*nested_vision, "model_type", "clip_vision_model");
  config.language = read_language(nested_language ? *nested_language : root);
  if (root.flag("tie_word_embeddings", false)) config.language->tied_embeddings = true;
  const auto says = [](const JsonSection& section) { return section.find("tie_word_embeddings") != nullptr; };
  config.separate_output =
      !config.language->tied_embeddings && (says(root) || (nested_language && says(*nested_language)));
  if (nested_vision) config.vision = read_vision(*nested_vision);
  config.projector = read_projector(root, nested_vision.has_value());
  config.select_layer = select_layer(root);
  config.keep_class_row = keeps_class_row(root);
  config.aspect = aspect_of(root);
  // mm_use_im_patch_token only gave the vocabulary one more token: no prompt has it.
  config.picture_ends = root.flag("mm_use_im_start_end", false);
  config.image_token = root.integer("image_token_index", root.integer("image_token_id", -1));
  config.vision_tower = root.string("mm_vision_tower");
  return config;
}

}  // namespace

Result<CheckpointConfig> read_checkpoint_config(const std::filesystem::path& file) {
  auto source = read_text_file(file, kMaxConfigBytes);
  if (!source && source.error().code() == ErrorCode::kNotFound) {
    return Error(ErrorCode::kNotFound,
                 "is missing; it describes the weights, fetch it from where they are from", file.string());
  }
  if (!source) return source.error();
  return parse_checkpoint_config(*source, file.string());
}

Result<CheckpointConfig> parse_checkpoint_config(std::string_view source, const std::string& place) {
  const auto document = parse_json(source);
  if (!document) return document.error().within(place);
  return try_result([&] {
    CheckpointConfig config = read_config(JsonSection(*document, place));
    if (config.vision) config.vision_blocks = config.vision->layers;
    return config;
  });
}

Error with_config_key(const Error& error) {
  constexpr FieldKey kKeys[] = {
      {"hidden size", "hidden_size"},
      {"feed-forward size", "intermediate_size"},
      {"language layers", "num_hidden_layers"},
      {"attention heads", "num_attention_heads"},
      {"key/value heads", "num_key_value_heads"},
      {"head size", "head_dim"},
      {"vocabulary", "vocab_size"},
      {"context", "max_position_embeddings"},
      {"norm epsilon", "rms_norm_eps"},
      {"rope base", "rope_theta"},
      {"rope scale", "rope_scaling.factor"},
      {"image token", "image_token_index"},
      {"vision hidden size", "vision_config.hidden_size"},
      {"vision layers", "vision_config.num_hidden_layers"},
      {"vision heads", "vision_config.num_attention_heads"},
      {"vision feed-forward size", "vision_config.intermediate_size"},
      {"image size", "vision_config.image_size"},
      {"patch size", "vision_config.patch_size"},
      {"vision norm epsilon", "vision_config.layer_norm_eps"},
      {"picture statistics", "image_mean, image_std"},
  };
  return with_key(error, kKeys);
}

Result<uint32_t> blocks_to_run(uint32_t blocks, int select_layer) {
  const int64_t state = select_layer < 0 ? int64_t{blocks} + 1 + select_layer : int64_t{select_layer};
  if (state < 1 || state > int64_t{blocks}) {
    return Error(ErrorCode::kUnsupported,
                 text("hidden state ", select_layer, " of an encoder of ", blocks, " layers was asked for"));
  }
  return static_cast<uint32_t>(state);
}

}  // namespace lapilli
