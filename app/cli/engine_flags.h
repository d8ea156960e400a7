// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"

#include <span>

namespace lapilli::cli {

/// The folder for compiled pipelines: $XDG_CACHE_HOME/lapilli, else ~/.cache/lapilli; empty without a home.
[[nodiscard]] std::filesystem::path cache_folder();

[[nodiscard]] EngineOptions engine_options(const ModelFlags& flags);

/// Sampling with its seed: the given one, else a new one where the choice is random, else 0.
[[nodiscard]] GenerationOptions generation_options(const SamplingFlags& flags);

/// The named template; nothing for an empty name. Fails naming all templates.
[[nodiscard]] Result<std::optional<ChatTemplate>> optional_template(const std::string& name);

/// The pictures of a command line, before a model is loaded. Fails as load_image does.
[[nodiscard]] Result<std::vector<Image>> open_images(const PictureFlags& flags);

/// The same pictures as a model sees them; fails when the model has no vision encoder.
[[nodiscard]] Result<std::vector<Picture>> prepare_pictures(const ModelConfig& config,
                                                            std::span<const Image> images,
                                                            const PictureFlags& flags);

/// Opens a picture for a model; fails when the model has no vision encoder.
[[nodiscard]] Result<Picture> open_picture_for(const ModelConfig& config, const std::filesystem::path& path,
                                               const PictureOptions& options);

}  // namespace lapilli::cli
