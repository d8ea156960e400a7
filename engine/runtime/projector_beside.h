// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/gguf.h"
#include "engine/model/config.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lapilli::loading {

/// The GGUF files of a folder, sorted by name; of a split model only the first part.
std::vector<std::filesystem::path> gguf_files(const std::filesystem::path& folder);

/// File names, joined by commas.
std::string names_of(const std::vector<std::filesystem::path>& files);

/// Width of the rows a projector file gives; nothing where it holds no projector.
std::optional<uint64_t> projector_width(const GgufFile& file);

/// The projector file that stands beside a language model and goes with it, and sentences on what was taken
/// or left out and how to have it otherwise.
struct ProjectorBeside {
  std::optional<GgufFile> file;
  std::vector<std::string> notes;
};

/// Of those that fit the width, the one that is named after the model ("mmproj-X" for X, or with all of the
/// model's name in its own); else a lone one, unless its name is that of another model in the folder or tells
/// of another model. Of several none. Throws where the one named after the model cannot be read.
ProjectorBeside projector_beside(const std::filesystem::path& language_file, const LlamaConfig& language);

}  // namespace lapilli::loading
