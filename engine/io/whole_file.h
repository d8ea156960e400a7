// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace lapilli {

/// A whole file copied into memory, for files that other programs may change while they are read: one that is
/// cut meanwhile is an error, where a mapping of it would end the program. Fails as MappedFile::open, with
/// kIo where it is cut, kBadFile where it is larger than `max_size_bytes`, and kOutOfMemory.
[[nodiscard]] Result<std::vector<std::byte>> read_whole_file(const std::filesystem::path& path,
                                                             uint64_t max_size_bytes);

}  // namespace lapilli
