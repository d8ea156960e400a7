// SPDX-License-Identifier: Apache-2.0
#include "engine/io/quantize_recipe.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace lapilli {
namespace {

struct Recipe {
  FileType file_type;
  std::string_view name;
  DType base;
  DType output;
};

constexpr std::array<Recipe, 13> kRecipes = {{
    {FileType::f32, "f32", DType::f32, DType::f32},
    {FileType::f16, "f16", DType::f16, DType::f16},
    {FileType::bf16, "bf16", DType::bf16, DType::bf16},
    {FileType::q4_0, "q4_0", DType::q4_0, DType::q6_k},
    {FileType::q4_1, "q4_1", DType::q4_1, DType::q6_k},
    {FileType::q5_0, "q5_0", DType::q5_0, DType::q6_k},
    {FileType::q5_1, "q5_1", DType::q5_1, DType::q6_k},
    {FileType::q8_0, "q8_0", DType::q8_0, DType::q8_0},
    {FileType::q4_k_s, "q4_k_s", DType::q4_k, DType::q6_k},
    {FileType::q4_k_m, "q4_k_m", DType::q4_k, DType::q6_k},
    {FileType::q5_k_s, "q5_k_s", DType::q5_k, DType::q6_k},
    {FileType::q5_k_m, "q5_k_m", DType::q5_k, DType::q6_k},
    {FileType::q6_k, "q6_k", DType::q6_k, DType::q6_k},
}};

const Recipe& recipe(FileType file_type) {
  return *std::find_if(kRecipes.begin(), kRecipes.end(),
                       [&](const Recipe& r) { return r.file_type == file_type; });
}

bool is_weight(std::string_view name, std::span<const uint64_t> shape) {
  return shape.size() >= 2 && name.ends_with("weight") && name.find("_norm.weight") == std::string_view::npos;
}

/// N of "blk.N.…"; nothing for tensors outside the layers.
std::optional<uint32_t> layer_of(std::string_view name) {
  if (!name.starts_with("blk.")) return std::nullopt;
  uint32_t layer = 0;
  const auto [end, error] = std::from_chars(name.data() + 4, name.data() + name.size(), layer);
  if (error != std::errc() || end == name.data() + name.size() || *end != '.') return std::nullopt;
  return layer;
}

/// Half of the layers, those whose errors matter most: the first and last eighth and every third between.
bool gets_more_bits(uint32_t layer, uint32_t num_layers) {
  const uint32_t eighth = num_layers / 8;
  return layer < eighth || layer >= 7 * num_layers / 8 || (layer - eighth) % 3 == 2;
}

DType layer_dtype(const Recipe& recipe, uint32_t num_layers, uint32_t layer, std::string_view name) {
  const bool is_value = name.ends_with("attn_v.weight");
  const bool is_down = name.ends_with("ffn_down.weight");
  if (!is_value && !is_down) return recipe.base;
  switch (recipe.file_type) {
    case FileType::q4_k_m:
    case FileType::q5_k_m:
      return gets_more_bits(layer, num_layers) ? DType::q6_k : recipe.base;
    case FileType::q4_k_s:
      return layer < (is_value ? 4 : num_layers / 8) ? DType::q5_k : recipe.base;
    default:
      return recipe.base;
  }
}

/// The same bits or more in blocks of 32 where rows don't fill blocks of 256; f16 where they fill neither.
DType fitting(DType dtype, uint64_t cols) {
  const auto fits = [&](DType candidate) { return cols % block_elements(candidate) == 0; };
  if (fits(dtype)) return dtype;
  const DType smaller_blocks = dtype == DType::q4_k   ? DType::q5_0
                               : dtype == DType::q5_k ? DType::q5_1
                                                      : DType::q8_0;
  return block_elements(dtype) == 256 && fits(smaller_blocks) ? smaller_blocks : DType::f16;
}

}  // namespace

std::string_view to_string(FileType file_type) {
  return recipe(file_type).name;
}

std::optional<FileType> file_type_from_string(std::string_view name) {
  const auto same = [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
  };
  for (const Recipe& candidate : kRecipes) {
    if (std::equal(candidate.name.begin(), candidate.name.end(), name.begin(), name.end(), same))
      return candidate.file_type;
  }
  return std::nullopt;
}

DType recipe_dtype(FileType file_type, const RecipeModel& model, std::string_view name,
                   std::span<const uint64_t> shape) {
  if (!is_weight(name, shape)) return DType::f32;
  const Recipe& chosen = recipe(file_type);
  const bool is_output = name == "output.weight" || (!model.has_output && name == "token_embd.weight");
  DType dtype = chosen.base;
  if (is_output) {
    dtype = chosen.output;
  } else if (const auto layer = layer_of(name)) {
    dtype = layer_dtype(chosen, model.num_layers, *layer, name);
  }
  return fitting(dtype, shape.back());
}

DType projector_recipe_dtype(FileType file_type, std::string_view name, std::span<const uint64_t> shape,
                             DType stored) {
  const bool is_embedding = name.find("_embd") != std::string_view::npos;
  if (shape.size() != 2 || !name.ends_with("weight") || is_embedding) return stored;
  if (file_type == FileType::f32) return DType::f32;
  const bool quantized = is_quantized(recipe(file_type).base);
  if (quantized && is_quantized(stored)) return stored;
  return fitting(quantized ? DType::q8_0 : recipe(file_type).base, shape.back());
}

}  // namespace lapilli
