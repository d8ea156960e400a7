// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/gguf.h"
#include "engine/io/quantize_recipe.h"
#include "engine/runtime/events.h"
#include "engine/runtime/loaded_model.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace lapilli {

struct ExportOptions {
  FileType type = FileType::q4_k_m;
  unsigned num_threads = 1;
};

/// What was written, and what GGUF files can't say of the model, in sentences.
struct ExportReport {
  std::vector<std::filesystem::path> files;
  std::vector<std::string> notes;
};

/// The projector file that belongs to a language model file: "mmproj-NAME" beside it.
[[nodiscard]] std::filesystem::path projector_file_for(const std::filesystem::path& language_file);

/// Writes a model of any form as a GGUF language model and, where it sees, a projector file in the legacy
/// form that all programs read.
///
/// Weights stream: a few million elements are in memory at a time. Rows of the query and key matrices are
/// put into the order GGUF files have. The files appear whole or not at all. `model` was loaded with f32 as
/// activation type. Fails with kUnsupported for what the format can't hold, kStopped, and with what reading
/// and writing give.
[[nodiscard]] Result<ExportReport> export_gguf(const LoadedModel& model, const std::filesystem::path& out,
                                               const ExportOptions& options, const EventSink& sink = {},
                                               std::stop_token stop = {});

/// Writes a GGUF file (language model or projector) again in another type, as llama.cpp's quantiser does:
/// the metadata stays, tensors stand by layer and name, and every byte is the same.
[[nodiscard]] Result<void> requantize_gguf(const GgufFile& file, const std::filesystem::path& out,
                                           const ExportOptions& options, const EventSink& sink = {},
                                           std::stop_token stop = {});

}  // namespace lapilli
