// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/gguf.h"
#include "engine/io/quantize_recipe.h"
#include "engine/runtime/events.h"
#include "engine/runtime/loaded_model.h"

#include <filesystem>
#include <functional>
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
/// put into the order GGUF files have. Each file appears whole or not at all; for both together, write into
/// an OutputFolder. `model` was loaded with f32 as activation type. Fails with kUnsupported for what the
/// format can't hold, kStopped, and with what reading and writing give.
[[nodiscard]] Result<ExportReport> export_gguf(const LoadedModel& model, const std::filesystem::path& out,
                                               const ExportOptions& options, const EventSink& sink = {},
                                               std::stop_token stop = {});

/// Writes a GGUF file (language model or projector) again in another type, as llama.cpp's quantiser does:
/// the metadata stays, tensors stand by layer and name, and every byte is the same.
[[nodiscard]] Result<void> requantize_gguf(const GgufFile& file, const std::filesystem::path& out,
                                           const ExportOptions& options, const EventSink& sink = {},
                                           std::stop_token stop = {});

/// Adds what no form but the original's can say: that pictures stand between tokens.
void note_picture_ends(const ModelConfig& config, std::vector<std::string>& notes);

/// Gives `write` a path under the name of `out` but in a folder of its own; what it wrote there then appears
/// in the place of `out`, all of it or nothing, and the report names it there. Fails as OutputFolder and
/// `write` do.
[[nodiscard]] Result<ExportReport> write_together(
    const std::filesystem::path& out,
    const std::function<Result<ExportReport>(const std::filesystem::path& file)>& write);

}  // namespace lapilli
