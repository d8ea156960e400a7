// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

/// What a tensor of a PEFT file is to the module it belongs to.
enum class LoraPart { kA, kB, kBiasOfB, kEmbeddingA, kEmbeddingB, kWhole, kBaseCopy, kBaseBias, kMagnitude };

struct LoraName {
  LoraPart part = LoraPart::kWhole;
  std::string target;  ///< module path; for kWhole and kBaseBias the whole tensor name in the base model
};

/// Takes PEFT's wrapping off a name: "base_model.model.", the adapter's own name, "modules_to_save".
/// Nothing for a ".lora_…" ending that is not one of PEFT's.
[[nodiscard]] std::optional<LoraName> parse_lora_name(std::string_view name);

/// LLaVA's rule for non_lora_trainables: drops a leading "base_model."; where any name then begins with
/// "model.model.", drops one leading "model." from each.
[[nodiscard]] std::vector<std::string> clean_non_lora_names(std::vector<std::string> names);

}  // namespace lapilli
