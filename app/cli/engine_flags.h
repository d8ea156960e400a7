// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"
#include "app/cli/output.h"

#include <functional>
#include <span>

namespace lapilli::cli {

/// The folder for compiled pipelines: $XDG_CACHE_HOME/lapilli, else ~/.cache/lapilli; empty without a home.
[[nodiscard]] std::filesystem::path cache_folder();

/// Everything a model is read from, for require_new_file.
[[nodiscard]] std::vector<std::filesystem::path> input_paths(const ModelPaths& paths);

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

/// Shows remark_on_marks where there is something to remark.
void note_marks(const Message& message, Output& output);

/// Fails when the model has no vision encoder to look at the picture with.
[[nodiscard]] Result<void> require_vision(const ModelConfig& config, const std::filesystem::path& picture);

/// Refuses, before weights are read, a model without a tokenizer, and one without a vision encoder where
/// there are `pictures` to look at: for EngineOptions::check_model.
[[nodiscard]] std::function<void(const LoadedModel&)> requires_to_answer(
    std::vector<std::filesystem::path> pictures);

/// Opens a picture for a model; fails when the model has no vision encoder.
[[nodiscard]] Result<Picture> open_picture_for(const ModelConfig& config, const std::filesystem::path& path,
                                               const PictureOptions& options);

}  // namespace lapilli::cli
