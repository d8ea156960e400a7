// SPDX-License-Identifier: Apache-2.0
// What stands in a model's folder beside config.json: preprocessing, the chat template, end tokens.
#include "engine/base/json.h"
#include "engine/io/file.h"
#include "engine/runtime/json_section.h"
#include "engine/runtime/model_config_json.h"

#include <algorithm>

namespace lapilli {
namespace {

void read_statistics(const JsonSection& section, const char* key, std::array<float, 3>& to, bool positive) {
  const nlohmann::json* values = section.find(key);
  if (values == nullptr) return;
  const auto is_number = [](const nlohmann::json& value) { return value.is_number(); };
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
void require_size(const JsonSection& section, const char* key, uint32_t image_size) {
  const nlohmann::json* value = section.find(key);
  if (value == nullptr) return;
  uint32_t size = image_size;
  if (value->is_object()) {
    const JsonSection nested = *section.section(key);
    size = nested.count("shortest_edge", nested.count("height", image_size));
  } else {
    size = section.count(key, image_size);
  }
  if (size != image_size) {
    throw section.unsupported(key, text(size),
                              text("the vision encoder takes pictures of ", image_size, " pixels"));
  }
}

Result<nlohmann::json> read_document(const std::filesystem::path& file) {
  auto source = read_text_file(file, kMaxConfigBytes);
  if (!source) return source.error();
  auto document = parse_json(*source);
  if (!document) return document.error().within(file.string());
  return document;
}

void add_end_tokens(const JsonSection& section, std::vector<int64_t>& to) {
  constexpr const char* kKey = "eos_token_id";
  const nlohmann::json* value = section.find(kKey);
  if (value == nullptr) return;
  const nlohmann::json list = value->is_array() ? *value : nlohmann::json::array({*value});
  for (const nlohmann::json& id : list) {
    if (!id.is_number_integer()) {
      throw Error(ErrorCode::kBadFile,
                  text("is ", value->dump().substr(0, 60), ", a token's id or a list of them is expected"),
                  section.place(kKey));
    }
    to.push_back(id.get<int64_t>());
  }
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
    const JsonSection section(*document, place);
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
    const JsonSection section(*document, file.string());
    const nlohmann::json* value = section.find("chat_template");
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
  });
}

Result<std::vector<int64_t>> read_end_tokens(const std::filesystem::path& folder) {
  return try_result([&] {
    std::vector<int64_t> ids;
    for (const char* name : {"generation_config.json", "config.json"}) {
      const std::filesystem::path file = folder / name;
      if (!std::filesystem::exists(file)) continue;
      const nlohmann::json document = read_document(file).value();
      const JsonSection section(document, file.string());
      add_end_tokens(section, ids);
      if (const auto language = section.section("text_config")) add_end_tokens(*language, ids);
    }
    return ids;
  });
}

}  // namespace lapilli
