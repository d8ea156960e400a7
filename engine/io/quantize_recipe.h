// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/dtype.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace lapilli {

/// What a GGUF file is called by its types, with the numbers general.file_type gives them.
enum class FileType : uint32_t {
  f32 = 0,
  f16 = 1,
  q4_0 = 2,
  q4_1 = 3,
  q8_0 = 7,
  q5_0 = 8,
  q5_1 = 9,
  q4_k_s = 14,
  q4_k_m = 15,
  q5_k_s = 16,
  q5_k_m = 17,
  q6_k = 18,
  bf16 = 32,
};

/// "q4_k_m" and the like.
[[nodiscard]] std::string_view to_string(FileType file_type);
/// The inverse, case ignored; nothing for other text.
[[nodiscard]] std::optional<FileType> file_type_from_string(std::string_view name);

/// What a recipe must know of the whole language model.
struct RecipeModel {
  uint32_t num_layers = 0;
  bool has_output = true;  ///< false where output.weight is token_embd.weight (tied)
};

/// The type of one language model tensor (GGUF name, shape outermost first) in a file of `file_type`; the
/// same choice as llama.cpp's without an importance matrix.
///
/// One-dimensional tensors become f32; rows that don't fill the blocks get the next larger format that fits.
[[nodiscard]] DType recipe_dtype(FileType file_type, const RecipeModel& model, std::string_view name,
                                 std::span<const uint64_t> shape);

/// The type of one projector-file tensor stored as `stored`: f16 for the two-dimensional weights, or q8_0
/// where `file_type` is a quantised one. Embeddings, norms and biases stay as they are, and so do quantised
/// weights where `file_type` is quantised.
[[nodiscard]] DType projector_recipe_dtype(FileType file_type, std::string_view name,
                                           std::span<const uint64_t> shape, DType stored);

}  // namespace lapilli
