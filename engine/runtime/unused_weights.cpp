// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/unused_weights.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace lapilli::loading {
namespace {

std::optional<uint32_t> layer_of(std::string_view name, const LayerNames& names) {
  for (const std::string_view prefix : names.prefixes) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = name.substr(prefix.size());
    uint32_t layer = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), layer);
    const bool whole =
        parsed.ec == std::errc() && parsed.ptr != rest.data() + rest.size() && *parsed.ptr == '.';
    if (whole) return layer;
  }
  return std::nullopt;
}

bool is_bias(std::string_view name, const LayerNames& names) {
  constexpr std::string_view kBias = ".bias";
  if (!name.ends_with(kBias)) return false;
  name.remove_suffix(kBias.size());
  return std::find(names.outside.begin(), names.outside.end(), name) != names.outside.end();
}

bool is_table(std::string_view name) {
  return name.find("rotary_emb.") != std::string_view::npos;
}

Error refusal_of(const StoredTensor& tensor, std::string message) {
  return Error(ErrorCode::kBadFile, std::move(message), text(tensor.file, ": ", tensor.name));
}

}  // namespace

Result<void> refuse_unused_weights(std::span<const StoredTensor> tensors, const LayerNames& names,
                                   uint32_t layers) {
  const StoredTensor* last = nullptr;
  uint32_t last_layer = 0;
  for (const StoredTensor& tensor : tensors) {
    if (is_table(tensor.name)) continue;
    const auto layer = layer_of(tensor.name, names);
    if (is_bias(tensor.name, names) || (layer && tensor.name.ends_with(".bias"))) {
      return refusal_of(tensor,
                        "is a bias, which the configured model, a LLaMA, does not have and would leave out; "
                        "models with biases are not supported");
    }
    if (!layer || *layer < layers || (last && *layer <= last_layer)) continue;
    last = &tensor;
    last_layer = *layer;
  }
  if (last == nullptr) return {};
  return refusal_of(*last, text("is in layer ", last_layer, ", counted from 0, but ", names.count_key, " is ",
                                layers, "; the configuration belongs to another model or was changed"));
}

}  // namespace lapilli::loading
