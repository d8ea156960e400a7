// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lapilli::gpu {

/// A pipeline cache's file content: the key it was made for, the driver's data, and a checksum, because
/// drivers are known to trust what they are given.
[[nodiscard]] std::vector<std::byte> encode_pipeline_file(std::string_view key, Bytes data);

/// The driver's data in a file's content; empty when it is damaged or was made for another key.
[[nodiscard]] Bytes decode_pipeline_file(std::string_view key, Bytes content);

/// The file of a key inside the folder.
[[nodiscard]] std::filesystem::path pipeline_file_path(const std::filesystem::path& folder,
                                                       std::string_view key);

/// The whole file; empty when it cannot be read or is larger than any cache should be.
[[nodiscard]] std::vector<std::byte> read_pipeline_file(const std::filesystem::path& file);

/// Writes a temporary sibling and renames it, making folders as needed. Fails with kIo.
[[nodiscard]] Result<void> write_pipeline_file(const std::filesystem::path& file, Bytes content);

}  // namespace lapilli::gpu
