// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/events.h"

#include <filesystem>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace lapilli {

enum class FoundKind {
  kCheckpoint,  ///< a folder of Hugging Face form, original LLaVA folders included
  kAdapter,     ///< a LoRA adapter, folder or GGUF file; wants its base model
  kProjector,   ///< a folder with a projector alone; wants its base model
  kGguf,        ///< a language model; its projector file is looked for beside it when it is opened
  kLlama2c,
};

/// "checkpoint", "adapter", "projector", "gguf", "llama2c".
std::string_view to_string(FoundKind kind);

struct FoundModel {
  std::filesystem::path path;
  FoundKind kind = FoundKind::kCheckpoint;
  uint64_t size_bytes = 0;  ///< of the weight files: the folder's, or the file and its parts
};

/// Every model that `load_model` could be given in and below these folders (or files), told by content,
/// sorted by path. Projector files (mmproj) and later parts of a split file are parts of a model and not
/// listed. Hidden folders below the given ones, links to folders, and what is more than 8 levels down are
/// passed over; what can't be read is noted ("folder_unreadable"). Weights are not read. Progress counts
/// folders; a stop ends with what was found so far.
[[nodiscard]] std::vector<FoundModel> find_models(std::span<const std::filesystem::path> places,
                                                  const EventSink& sink, std::stop_token stop);

}  // namespace lapilli
