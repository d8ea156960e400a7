// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/loaded_model.h"

#include <filesystem>

namespace lapilli {

/// Writes config.json, generation_config.json and, where the model sees, preprocessor_config.json and
/// processor_config.json as transformers reads them. `type`: of the weights.
void write_hf_configs(const LoadedModel& model, DType type, const std::filesystem::path& folder);

/// Copies the tokenizer's files from the first of `sources` that holds some; where none does, makes a
/// tokenizer.model of the vocabulary. `added`: the vocabulary has a token that the files do not know, so
/// they are made. Throws what writing gives.
void write_hf_tokenizer(const LoadedModel& model, const std::vector<std::filesystem::path>& sources,
                        bool added, const std::filesystem::path& folder);

}  // namespace lapilli
