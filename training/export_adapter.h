// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/export_gguf.h"
#include "engine/runtime/export_names.h"
#include "training/learned_weights.h"

namespace lapilli::training {

struct ProjectorFileOptions {
  DType type = DType::f16;
  bool torch = false;  ///< mm_projector.bin as the original saves it; otherwise safetensors
};

/// Writes the projector of a model under the original's names, "model.mm_projector.0.weight". Fails with
/// kInvalidArgument where the model has none, kStopped.
[[nodiscard]] Result<void> write_projector(const LoadedModel& model, const std::filesystem::path& path,
                                           const ProjectorFileOptions& options, std::stop_token stop = {});

struct AdapterOptions {
  DType type = DType::f16;
  NameForm names = NameForm::kOriginal;  ///< kOriginal or kTransformers: whose modules the adapter is for
  std::string base_model;                ///< "base_model_name_or_path"
};

/// Writes a PEFT adapter into an existing folder: adapter_config.json, adapter_model.safetensors, and what
/// was learned whole: in non_lora_trainables.bin as the original LLaVA saves it, or for transformers as
/// "modules_to_save" of the adapter. `base`: the model the run started from. Fails with kInvalidArgument
/// where the run learned no adapter, kStopped.
[[nodiscard]] Result<ExportReport> write_adapter(const LoadedModel& base, const Checkpoint& checkpoint,
                                                 const std::filesystem::path& folder,
                                                 const AdapterOptions& options, std::stop_token stop = {});

}  // namespace lapilli::training
