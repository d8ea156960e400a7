// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/io/tokenizer.h"

#include <filesystem>

namespace lapilli::cli {

/// The tokenizer of a model or tokenizer file or folder, without looking at weights; vocabulary-only GGUF
/// files have one too.
[[nodiscard]] Result<Tokenizer> open_any_tokenizer(const std::filesystem::path& path);

}  // namespace lapilli::cli
