// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/checkpoint.h"
#include "training/verify_export.h"

#include <vector>

namespace lapilli::training {

enum class ExportFormat {
  kProjector,     ///< mm_projector.safetensors
  kProjectorBin,  ///< mm_projector.bin as the original saves it
  kHuggingFace,   ///< folder for transformers, adapters merged
  kGguf,          ///< language model and mmproj, adapters merged
  kPeft,          ///< adapter folder
};

/// "projector", "projector-bin", "hf", "gguf", "peft".
[[nodiscard]] std::string_view to_string(ExportFormat format);
[[nodiscard]] std::optional<ExportFormat> export_format_from_string(std::string_view name);

struct ExportModelOptions {
  ModelPaths base;                   ///< the model the run started from
  std::filesystem::path checkpoint;  ///< a "checkpoint-N" folder, or a run's folder: its newest
  ExportFormat format = ExportFormat::kHuggingFace;
  FileType type = FileType::f16;  ///< f32, f16 or bf16 for all but GGUF
  std::filesystem::path output;   ///< folder for kHuggingFace and kPeft, otherwise the file
  unsigned num_threads = 1;
  VerifyOptions verify = {};
};

struct ExportedModel {
  std::vector<std::filesystem::path> files;
  std::vector<std::string> notes;
  std::optional<ExportErrors>
      errors;  ///< nothing where the export can't be opened over its base; a note says so
};

/// Writes what a run learned in a form that other programs read, opens it again and compares its logits with
/// the trained model's; only then it appears, whole.
///
/// Fails with kInvalidArgument where the output exists, the type doesn't fit the format, or the checkpoint
/// has nothing for the format; kInternal where the logits differ by more than error_bound; kIo where the disk
/// has too little room; and as load_model, trained_model and the writers do.
[[nodiscard]] Result<ExportedModel> export_model(const ExportModelOptions& options,
                                                 const EventSink& sink = {}, std::stop_token stop = {});

}  // namespace lapilli::training
