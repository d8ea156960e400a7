// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

/// The names under which checkpoints of Hugging Face form may hold a weight, most usual first: original
/// LLaVA, llava-hf on disk, and what transformers saves since 4.52 and 5. `name` is one of for_each_weight's.
std::vector<std::string> checkpoint_names(std::string_view name);

/// Weights of the encoder and the projector.
[[nodiscard]] inline bool is_vision_weight(std::string_view name) {
  return name.starts_with("vision.") || name.starts_with("projector.");
}

/// The name in a GGUF file of the language model, or in an mmproj file. `expanding_is_down`: the file calls
/// the first, expanding layer of the vision MLP "ffn_down", as files of the legacy converter do.
std::string gguf_name(std::string_view name, bool expanding_is_down);

}  // namespace lapilli
