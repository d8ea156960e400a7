// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/lora_adapter.h"
#include "engine/io/tensor_file.h"
#include "training/checkpoint.h"

#include <string>
#include <vector>

namespace lapilli::training {

/// Low-rank factors that a run learned for one weight of the model.
struct LearnedFactors {
  std::string weight;               ///< "layers.0.wq"
  const StoredTensor* a = nullptr;  ///< f32 [rank, in], "layers.0.wq.lora_a"
  const StoredTensor* b = nullptr;  ///< f32 [out, rank], "layers.0.wq.lora_b"
};

/// What a checkpoint's parameters.safetensors holds beside the optimiser's moments. Move-only; pointers lead
/// into the open file.
struct LearnedWeights {
  TensorFile file;
  std::vector<const StoredTensor*> whole;  ///< under the model's weight names
  std::vector<LearnedFactors> factors;
  uint64_t rank = 0;  ///< of the recipe; the same for all
  double alpha = 0;

  [[nodiscard]] const StoredTensor* find_whole(const std::string& weight) const;
};

/// Opens a checkpoint's parameters. Fails with kBadFile for half of a pair of factors, for other ranks than
/// the recipe's and types other than f32, and as open_safetensors does.
[[nodiscard]] Result<LearnedWeights> open_learned_weights(const Checkpoint& checkpoint);

/// An update as engine/io describes adapters': alpha / rank · b · a.
[[nodiscard]] LoraUpdate update_of(const LearnedWeights& learned, const LearnedFactors& factors);

}  // namespace lapilli::training
