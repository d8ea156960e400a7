// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inner parts of load_model, one for each family of files; see loaded_model.h for the public function.

#include "engine/io/gguf.h"
#include "engine/io/llama2c.h"
#include "engine/io/weight_folder.h"
#include "engine/model/llama.h"
#include "engine/model/projector.h"
#include "engine/runtime/adapter_match.h"
#include "engine/runtime/loaded_model.h"

namespace lapilli::loading {

/// Every weight a model of this configuration has, in the order data flows.
std::vector<WeightInfo> model_weights(const ModelConfig& config);

/// Fills bytes, parameters and types of the facts from the weights.
void describe_weights(LoadedModel& model);

/// Sets end_ids to those of `ids` that the model can say.
void set_end_ids(LoadedModel& model, std::vector<int64_t> ids);

/// A folder holds a checkpoint of Hugging Face form (one file or shards), be it by links that lead nowhere.
bool holds_weights(const std::filesystem::path& folder);

/// The projector of a folder, "mm_projector.bin" or "mm_projector.safetensors"; empty where it has neither.
std::filesystem::path projector_file_in(const std::filesystem::path& folder);

/// A projector's file, given itself or by its folder; throws kNotFound for a folder without one.
std::filesystem::path projector_file(const std::filesystem::path& given);

/// Checkpoints of Hugging Face form: llava-hf and original LLaVA folders, LLaMA folders, a base with a
/// projector and an encoder given apart. With paths.base, the folder of a base, paths.model is what lies over
/// it: a projector-only folder, or the place of `adapter`.
Result<LoadedModel> load_checkpoint(const ModelPaths& paths, DType activation,
                                    std::optional<Adapter> adapter = {});

/// The GGUF language model paths.model, with the mmproj file that is given or stands beside it, and with an
/// adapter.
Result<LoadedModel> load_gguf(const ModelPaths& paths, DType activation, std::optional<Adapter> adapter = {});

/// A llama2.c model with the tok*.bin beside it.
Result<LoadedModel> load_llama2c(const ModelPaths& paths, DType activation);

}  // namespace lapilli::loading
