// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tokenizer.h"

#include <filesystem>

namespace lapilli {

/// A tokenizer from a file or folder that holds one: what Tokenizer::open reads, and GGUF files, those
/// without tensors included. Fails as Tokenizer::open and the GGUF reader do.
[[nodiscard]] Result<Tokenizer> open_tokenizer(const std::filesystem::path& path);

}  // namespace lapilli
