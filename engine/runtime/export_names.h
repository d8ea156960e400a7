// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace lapilli {

/// Who names the weights of a checkpoint.
enum class NameForm {
  kOriginal,      ///< the original LLaVA, and LLaMA: "model.layers.0.…", "model.mm_projector.0.weight"
  kLlavaHf,       ///< llava-hf's files: "language_model.model.layers.0.…"
  kTransformers,  ///< modules of transformers since 4.52, for PEFT: "model.language_model.layers.0.…"
};

/// The name of one of the model's weights (for_each_weight's) in a checkpoint.
[[nodiscard]] std::string checkpoint_name(std::string_view weight, NameForm form);

}  // namespace lapilli
