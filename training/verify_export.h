// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/quantize_recipe.h"
#include "engine/runtime/events.h"
#include "engine/runtime/loaded_model.h"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

namespace lapilli::training {

struct VerifyOptions {
  std::string device = {};                  ///< selector of gpu::choose_device; empty: the best one
  std::filesystem::path cache_folder = {};  ///< compiled kernels
};

/// ‖logits − reference logits‖ / ‖reference logits‖ at f32, over every row of a prompt's tokens.
struct ExportErrors {
  double text = 0;
  std::optional<double> picture;  ///< of a prompt around a picture, where the model sees
  [[nodiscard]] double largest() const { return picture && !(*picture <= text) ? *picture : text; }
};

/// Opens an export as any user of the program would, and compares what it computes with what `reference`
/// computes on the same device, one after the other. Fails with kBadFile where the export has another
/// vocabulary or lost its sight, and as load_model and Engine::open do.
[[nodiscard]] Result<ExportErrors> verify_export(const ModelPaths& exported, LoadedModel reference,
                                                 const VerifyOptions& options, const EventSink& sink = {},
                                                 std::stop_token stop = {});

/// The error that rounding the weights to a type may cause; beyond it an export counts as wrong.
[[nodiscard]] double error_bound(FileType type);

}  // namespace lapilli::training
