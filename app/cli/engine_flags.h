// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"

namespace lapilli::cli {

/// The folder for compiled pipelines: $XDG_CACHE_HOME/lapilli, else ~/.cache/lapilli; empty without a home.
[[nodiscard]] std::filesystem::path cache_folder();

[[nodiscard]] EngineOptions engine_options(const ModelFlags& flags);

/// Sampling with its seed: the given one, else a new one where the choice is random, else 0.
[[nodiscard]] GenerationOptions generation_options(const SamplingFlags& flags);

/// The named template; nothing for an empty name. Fails naming all templates.
[[nodiscard]] Result<std::optional<ChatTemplate>> optional_template(const std::string& name);

/// Opens a picture for a model; fails when the model has no vision encoder.
[[nodiscard]] Result<Picture> open_picture_for(const ModelConfig& config, const std::filesystem::path& path,
                                               const PictureOptions& options);

}  // namespace lapilli::cli
