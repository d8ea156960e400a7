// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"

#include <CLI/CLI.hpp>

namespace lapilli::cli {

/// An option that names a file or folder, or several. An empty name, which would count as an option that was
/// not given, is refused.
CLI::Option* add_path(CLI::App& command, const std::string& name, std::filesystem::path& to,
                      const std::string& help);
CLI::Option* add_paths(CLI::App& command, const std::string& name, std::vector<std::filesystem::path>& to,
                       const std::string& help);

/// Options that several commands share, under one name everywhere. `flags` outlives the parsing.
void add_path_options(CLI::App& command, ModelPaths& paths, bool required);
/// The same without --model.
void add_parts_options(CLI::App& command, ModelPaths& paths);
void add_model_options(CLI::App& command, ModelFlags& flags, bool model_required);
void add_picture_options(CLI::App& command, PictureFlags& flags);
/// Those of them that say how pictures are prepared.
void add_aspect_options(CLI::App& command, PictureOptions& options);
void add_prompt_options(CLI::App& command, PromptFlags& flags);
void add_sampling_options(CLI::App& command, SamplingFlags& flags);
void add_type_option(CLI::App& command, FileType& type);
/// Takes the names of training::ExportFormat.
void add_export_format_option(CLI::App& command, std::string& format);

}  // namespace lapilli::cli
