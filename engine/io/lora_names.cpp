// SPDX-License-Identifier: Apache-2.0
#include "engine/io/lora_names.h"

#include <algorithm>
#include <array>

namespace lapilli {
namespace {

struct Ending {
  std::string_view text;
  std::string_view last;  ///< the part that may follow, behind the adapter's name
  LoraPart part;
};

constexpr std::array<Ending, 6> kEndings = {{
    {".lora_A", ".weight", LoraPart::kA},
    {".lora_B", ".weight", LoraPart::kB},
    {".lora_B", ".bias", LoraPart::kBiasOfB},
    {".lora_embedding_A", "", LoraPart::kEmbeddingA},
    {".lora_embedding_B", "", LoraPart::kEmbeddingB},
    {".lora_magnitude_vector", "", LoraPart::kMagnitude},
}};

/// Empty, or one adapter name: ".default".
bool is_adapter_name(std::string_view text) {
  return text.empty() || (text.size() > 1 && text[0] == '.' && text.find('.', 1) == std::string_view::npos);
}

std::optional<LoraName> parse_factor(std::string_view name, size_t at) {
  const auto module = name.substr(0, at);
  for (const Ending& ending : kEndings) {
    auto tail = name.substr(at);
    if (!tail.starts_with(ending.text)) continue;
    tail.remove_prefix(ending.text.size());
    if (ending.part == LoraPart::kMagnitude && tail.ends_with(".weight")) tail.remove_suffix(7);
    if (!tail.ends_with(ending.last)) continue;
    tail.remove_suffix(ending.last.size());
    if (is_adapter_name(tail)) return LoraName{ending.part, std::string(module)};
  }
  return std::nullopt;
}

/// "a" + wrapper + "b" → "a.b", an adapter name in front of b left out.
std::string unwrap(std::string_view name, size_t at, size_t wrapper_size) {
  auto rest = name.substr(at + wrapper_size);
  const size_t dot = rest.find('.');
  if (dot != std::string_view::npos) rest.remove_prefix(dot + 1);
  return std::string(name.substr(0, at)) + "." + std::string(rest);
}

}  // namespace

std::optional<LoraName> parse_lora_name(std::string_view name) {
  constexpr std::string_view kPrefix = "base_model.model.";
  constexpr std::string_view kSaved = ".modules_to_save.";
  constexpr std::string_view kBaseLayer = ".base_layer.";
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  if (const size_t at = name.rfind(".lora_"); at != std::string_view::npos) return parse_factor(name, at);
  if (name.find(".original_module.") != std::string_view::npos)
    return LoraName{LoraPart::kBaseCopy, std::string(name)};
  if (const size_t at = name.find(kSaved); at != std::string_view::npos) {
    return LoraName{LoraPart::kWhole, unwrap(name, at, kSaved.size())};
  }
  if (const size_t at = name.find(kBaseLayer); at != std::string_view::npos) {
    const auto rest = name.substr(at + kBaseLayer.size());
    if (rest != "bias") return LoraName{LoraPart::kBaseCopy, std::string(name)};
    return LoraName{LoraPart::kBaseBias, std::string(name.substr(0, at)) + ".bias"};
  }
  return LoraName{LoraPart::kWhole, std::string(name)};
}

std::vector<std::string> clean_non_lora_names(std::vector<std::string> names) {
  for (std::string& name : names) {
    if (name.starts_with("base_model.")) name.erase(0, std::string_view("base_model.").size());
  }
  const bool wrapped = std::any_of(names.begin(), names.end(),
                                   [](const std::string& name) { return name.starts_with("model.model."); });
  for (std::string& name : names) {
    if (wrapped && name.starts_with("model.")) name.erase(0, std::string_view("model.").size());
  }
  return names;
}

}  // namespace lapilli
