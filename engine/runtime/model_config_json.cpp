// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/model_config_json.h"

#include "engine/base/json.h"
#include "engine/io/file.h"
#include "engine/runtime/field_keys.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kMaxConfigBytes = uint64_t{4} << 20;

/// Typed access to one JSON object; wrong types are reported with file and key. Throws Error.
class Section {
 public:
  Section(const Json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) throw Error(ErrorCode::kBadFile, "is not a JSON object", place_);
  }

  [[nodiscard]] const Json* find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  [[nodiscard]] std::optional<Section> section(const char* key) const {
    const Json* value = find(key);
    if (value == nullptr) return std::nullopt;
    return Section(*value, text(place_, ": ", key));
  }
  [[nodiscard]] uint32_t count(const char* key, uint32_t fallback) const {
    const Json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_number_unsigned() || value->get<uint64_t>() > UINT32_MAX)
      throw wrong(key, *value, "a whole number");
    return value->get<uint32_t>();
  }
  [[nodiscard]] int integer(const char* key, int fallback) const {
    const Json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_number_integer() || std::abs(value->get<double>()) > 1e9)
      throw wrong(key, *value, "a whole number");
    return value->get<int>();
  }
  [[nodiscard]] double number(const char* key, double fallback) const {
    const Json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_number()) throw wrong(key, *value, "a number");
    return value->get<double>();
  }
  [[nodiscard]] bool flag(const char* key, bool fallback) const {
    const Json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) throw wrong(key, *value, "true or false");
    return value->get<bool>();
  }
  [[nodiscard]] std::string string(const char* key, std::string fallback = {}) const {
    const Json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_string()) throw wrong(key, *value, "a string");
    return value->get<std::string>();
  }
  [[nodiscard]] std::string place(const char* key) const { return text(place_, ": ", key); }
  [[nodiscard]] Error unsupported(const char* key, std::string_view value, std::string_view wanted) const {
    return Error(ErrorCode::kUnsupported, text("is \"", value, "\", ", wanted), text(place_, ": ", key));
  }

 private:
  [[nodiscard]] Error wrong(const char* key, const Json& value, std::string_view wanted) const {
    return Error(ErrorCode::kBadFile, text("is ", value.dump().substr(0, 60), ", ", wanted, " is expected"),
                 text(place_, ": ", key));
  }
  const Json& object_;
  std::string place_;
};

/// Rotary settings stand in the section itself, in "rope_scaling", or (transformers 5) in "rope_parameters".
void read_rope(const Section& section, LlamaConfig& config) {
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

void require_text(const Section& section, const char* key, std::string_view wanted) {
  const std::string value = section.string(key, std::string(wanted));
  if (value != wanted) throw section.unsupported(key, value, text("only \"", wanted, "\" is supported"));
}

void require_false(const Section& section, const char* key) {
  if (section.flag(key, false)) throw section.unsupported(key, "true", "models with it are not supported");
}

void refuse_quantized(const Section& section) {
  if (section.find("quantization_config") == nullptr) return;
  throw section.unsupported(
      "quantization_config", "present",
      "weights quantised by other libraries are not read; use the unquantised model or a GGUF file");
}

/// The size of a head where the file does not give it.
uint32_t whole_head_size(const Section& section, const LlamaConfig& config) {
  if (config.heads == 0 || config.dim % config.heads == 0)
    return config.heads == 0 ? 0 : config.dim / config.heads;
  throw Error(ErrorCode::kBadFile,
              text("is ", config.dim, ", which ", config.heads, " attention heads cannot share evenly"),
              section.place("hidden_size"));
}

/// Absent values are transformers' defaults of LlamaConfig: llava-hf files leave them out.
LlamaConfig read_language(const Section& section) {
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
VisionConfig read_vision(const Section& section) {
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
bool keeps_class_row(const Section& root) {
  for (const char* key : {"vision_feature_select_strategy", "mm_vision_select_feature"}) {
    const std::string strategy = root.string(key, "default");
    if (strategy == "full" || strategy == "cls_patch") return true;
    if (strategy != "default" && strategy != "patch")
      throw root.unsupported(key, strategy, "default, full, patch and cls_patch are supported");
  }
  return false;
}

int select_layer(const Section& root) {
  const Json* value = root.find("vision_feature_layer");
  if (value != nullptr && value->is_array()) {
    if (value->size() != 1)
      throw root.unsupported("vision_feature_layer", value->dump(), "features of one layer are supported");
    if (!value->front().is_number_integer())
      throw root.unsupported("vision_feature_layer", value->dump(), "a whole number is expected");
    return value->front().get<int>();
  }
  return root.integer("vision_feature_layer", root.integer("mm_vision_select_layer", -2));
}

ImageAspect aspect_of(const Section& root) {
  const std::string aspect = root.string("image_aspect_ratio", "pad");
  if (aspect.starts_with("anyres"))
    throw root.unsupported("image_aspect_ratio", aspect,
                           "this is a LLaVA-1.6 model; LLaVA-1.5 models are supported");
  return aspect == "pad" ? ImageAspect::kPad : ImageAspect::kCrop;
}

std::optional<ProjectorConfig> read_projector(const Section& root, bool port) {
  if (port) {
    require_text(root, "projector_hidden_act", "gelu");
    return ProjectorConfig{2};
  }
  if (root.find("mm_projector_type") == nullptr && root.find("mm_vision_tower") == nullptr)
    return std::nullopt;
  return projector_from_name(root.string("mm_projector_type", "linear")).value();
}

CheckpointConfig read_config(const Section& root) {
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
  const auto says = [](const Section& section) { return section.find("tie_word_embeddings") != nullptr; };
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
    CheckpointConfig config = read_config(Section(*document, place));
    if (config.vision) config.vision_blocks = config.vision->layers;
    return config;
  });
}

namespace {

void read_statistics(const Section& section, const char* key, std::array<float, 3>& to, bool positive) {
  const Json* values = section.find(key);
  if (values == nullptr) return;
  const auto is_number = [](const Json& value) { return value.is_number(); };
  if (!values->is_array() || values->size() != 3 || !std::all_of(values->begin(), values->end(), is_number)) {
    throw section.unsupported(key, values->dump().substr(0, 60), "three numbers are expected");
  }
  for (size_t channel = 0; channel < 3; ++channel) {
    to[channel] = (*values)[channel].get<float>();
    if (!std::isfinite(to[channel]) || (positive && to[channel] <= 0)) {
      throw section.unsupported(key, values->dump().substr(0, 60),
                                "finite numbers, for deviations positive ones, are expected");
    }
  }
}

/// "size" and "crop_size" are a number, or an object with shortest_edge, or height and width.
void require_size(const Section& section, const char* key, uint32_t image_size) {
  const Json* value = section.find(key);
  if (value == nullptr) return;
  uint32_t size = image_size;
  if (value->is_object()) {
    const Section nested = *section.section(key);
    size = nested.count("shortest_edge", nested.count("height", image_size));
  } else {
    size = section.count(key, image_size);
  }
  if (size != image_size) {
    throw section.unsupported(key, text(size),
                              text("the vision encoder takes pictures of ", image_size, " pixels"));
  }
}

Result<Json> read_document(const std::filesystem::path& file) {
  auto source = read_text_file(file, kMaxConfigBytes);
  if (!source) return source.error();
  auto document = parse_json(*source);
  if (!document) return document.error().within(file.string());
  return document;
}

}  // namespace

Result<void> read_preprocessor(const std::filesystem::path& folder, VisionConfig& vision) {
  const std::filesystem::path file = folder / "preprocessor_config.json";
  if (!std::filesystem::exists(file)) return {};
  auto source = read_text_file(file, kMaxConfigBytes);
  if (!source) return source.error();
  return parse_preprocessor(*source, file.string(), vision);
}

Result<void> parse_preprocessor(std::string_view source, const std::string& place, VisionConfig& vision) {
  const auto document = parse_json(source);
  if (!document) return document.error().within(place);
  return try_result([&] {
    const Section section(*document, place);
    read_statistics(section, "image_mean", vision.mean, false);
    read_statistics(section, "image_std", vision.std, true);
    require_size(section, "crop_size", vision.image_size);
  });
}

Result<std::string> read_chat_template(const std::filesystem::path& folder) {
  const std::filesystem::path jinja = folder / "chat_template.jinja";
  if (std::filesystem::exists(jinja)) return read_text_file(jinja, kMaxConfigBytes);
  const std::filesystem::path file = folder / "tokenizer_config.json";
  if (!std::filesystem::exists(file)) return std::string();
  auto document = read_document(file);
  if (!document) return document.error();
  return try_result([&]() -> std::string {
    const Section section(*document, file.string());
    const Json* value = section.find("chat_template");
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
  });
}

namespace {

void add_end_tokens(const Section& section, std::vector<int64_t>& to) {
  constexpr const char* kKey = "eos_token_id";
  const Json* value = section.find(kKey);
  if (value == nullptr) return;
  const Json list = value->is_array() ? *value : Json::array({*value});
  for (const Json& id : list) {
    if (!id.is_number_integer()) {
      throw Error(ErrorCode::kBadFile,
                  text("is ", value->dump().substr(0, 60), ", a token's id or a list of them is expected"),
                  section.place(kKey));
    }
    to.push_back(id.get<int64_t>());
  }
}

}  // namespace

Result<std::vector<int64_t>> read_end_tokens(const std::filesystem::path& folder) {
  return try_result([&] {
    std::vector<int64_t> ids;
    for (const char* name : {"generation_config.json", "config.json"}) {
      const std::filesystem::path file = folder / name;
      if (!std::filesystem::exists(file)) continue;
      const Json document = read_document(file).value();
      const Section section(document, file.string());
      add_end_tokens(section, ids);
      if (const auto language = section.section("text_config")) add_end_tokens(*language, ids);
    }
    return ids;
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
