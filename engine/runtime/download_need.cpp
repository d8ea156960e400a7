// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/download_need.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string_view>
#include <utility>

namespace lapilli {
namespace {

/// Bits a weight in files whose name has the word, the longer word before the one it begins with. Measured on
/// LLaMA 7B for mixtures of types.
constexpr std::array<std::pair<std::string_view, double>, 20> kBits = {{
    {"bf16", 16},     {"f16", 16},      {"f32", 32},    {"q8_0", 8.5},    {"q6_k", 6.57},
    {"q5_k_s", 5.53}, {"q5_k", 5.68},   {"q5_1", 6.0},  {"q5_0", 5.53},   {"q4_k_s", 4.58},
    {"q4_k", 4.85},   {"q4_1", 5.05},   {"q4_0", 4.55}, {"iq4_xs", 4.32}, {"iq4_nl", 4.56},
    {"q3_k_s", 3.50}, {"q3_k_l", 4.27}, {"q3_k", 3.91}, {"q2_k_s", 2.7},  {"q2_k", 3.0},
}};

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& character : result)
    character = static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
  return result;
}

bool holds_weights(std::string_view name) {
  constexpr std::array<std::string_view, 5> kEndings = {".gguf", ".safetensors", ".bin", ".pt", ".pth"};
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

double bits_of(std::string_view name) {
  if (!name.ends_with(".gguf")) return 16;
  const auto found = std::find_if(kBits.begin(), kBits.end(), [&](const auto& entry) {
    return name.find(entry.first) != std::string_view::npos;
  });
  return found == kBits.end() ? 16 : found->second;
}

/// The LLaMA of so many parameters; 110 million, 7 and 13 billion lie within a few percent of it.
LlamaConfig usual_llama(double parameters, uint32_t context) {
  parameters = std::min(parameters, 1e18);
  const double side = std::cbrt(parameters);
  LlamaConfig language;
  language.dim = static_cast<uint32_t>(std::max(1.0, std::round(2.17 * side)));
  language.layers = static_cast<uint32_t>(std::max(1.0, std::round(0.0171 * side)));
  language.heads = language.kv_heads = 1;
  language.head_dim = language.dim;
  language.context = context;
  return language;
}

/// What a step of this many rows takes beside cache and weights, in values of the model's width a row.
constexpr uint64_t kStepRows = 512;
constexpr uint64_t kValuesPerRow = 12;

}  // namespace

std::optional<DownloadNeed> download_need(std::span<const RemoteFile> files, uint32_t asked, DType activation,
                                          uint64_t free_bytes) {
  constexpr uint32_t kContext = 4096;  // of most models
  constexpr uint64_t kMostBytes = uint64_t{1} << 60;
  DownloadNeed result;
  double parameters = 0;
  for (const RemoteFile& file : files) {
    const std::string name = lower_case(file.path);
    if (!holds_weights(name)) continue;
    // Sizes are a stranger's numbers.
    const uint64_t size_bytes = std::min(file.size_bytes, kMostBytes);
    result.need.weight_bytes = std::min(result.need.weight_bytes + size_bytes, kMostBytes);
    if (name.find("mmproj") == std::string::npos)
      parameters += 8 * static_cast<double>(size_bytes) / bits_of(name);
  }
  if (parameters <= 0) return std::nullopt;
  const LlamaConfig language = usual_llama(parameters, std::max(asked, kContext));
  GraphOptions graph;
  graph.activation = activation;
  graph.context = result.context = choose_context(asked, language, graph, free_bytes);
  result.need.cache_bytes = lapilli::cache_bytes(language, graph);
  result.need.intermediate_bytes = row_bytes(activation, kStepRows * kValuesPerRow * language.dim);
  result.need.largest_group_bytes = result.need.weight_bytes / language.layers;
  return result;
}

}  // namespace lapilli
