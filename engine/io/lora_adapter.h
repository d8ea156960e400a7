// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/row_order.h"
#include "engine/io/weight_folder.h"

namespace lapilli {

/// What an adapter adds to one weight: scale · left · right, [rows, rank] · [rank, cols].
///
/// For a linear layer left is B and right is A, as stored; for others one or both are stored transposed.
struct LoraUpdate {
  std::string weight;  ///< "model.layers.0.self_attn.q_proj.weight"
  const StoredTensor* left = nullptr;
  const StoredTensor* right = nullptr;
  bool left_transposed = false;
  bool right_transposed = false;
  uint64_t rank = 0;
  float scale = 0;
  RowOrder left_rows = {};             ///< how the rows of `left` come into the weight's order
  const StoredTensor* bias = nullptr;  ///< "lora_bias": scale · this is added to the layer's bias; else null
};

/// A whole tensor that takes the place of the base model's of that name.
struct LoraReplacement {
  std::string name;
  const StoredTensor* tensor = nullptr;
};

/// A LoRA adapter over some base model; pointers lead into `weights`. Names are those of the base model's
/// checkpoint (any of its prefixes). Apply the replacements first.
struct LoraAdapter {
  WeightSet weights;
  std::vector<LoraUpdate> updates;  ///< by weight name
  std::vector<LoraReplacement> replacements;
  std::string base_model;  ///< what the adapter was trained on, as its configuration says; may be empty
};

/// Opens a PEFT folder: adapter_config.json, adapter_model.safetensors or .bin, and what was trained whole
/// beside it: LLaVA's non_lora_trainables.bin, or a projector (mm_projector.bin or .safetensors). Fails with
/// kBadFile when halves are missing or ranks differ from the configuration, with kUnsupported for other kinds
/// of adapters.
[[nodiscard]] Result<LoraAdapter> open_lora_folder(const std::filesystem::path& folder);

/// Opens a file of whole weights under LLaVA's names, such as mm_projector.bin, as an adapter that replaces
/// and adds nothing.
[[nodiscard]] Result<LoraAdapter> open_replacements(const std::filesystem::path& file);

/// Both factors in f32, row-major.
struct LoraFactors {
  uint64_t rows = 0, cols = 0, rank = 0;
  float scale = 0;
  std::vector<float> left;   ///< [rows, rank]
  std::vector<float> right;  ///< [rank, cols]
};

/// Reads an update's factors for a weight of the given shape; kShape when it differs from theirs, kBadFile
/// for NaN or infinity.
[[nodiscard]] Result<LoraFactors> load_factors(const LoraUpdate& update,
                                               std::span<const uint64_t> weight_shape);

/// weight += scale · (left · right) for the weight's rows from `first_row` on, [n, cols]; f32, fixed order of
/// sums.
void merge_lora(std::span<float> weight_rows, uint64_t first_row, const LoraFactors& factors);

}  // namespace lapilli
