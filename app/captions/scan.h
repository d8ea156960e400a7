// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/settings.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::captions {

/// A file or folder that could not be looked at.
struct ScanProblem {
  std::string path;
  Error error;
};

/// Paths are below the folder, with '/'; bytes as the system has them.
struct ScanBatch {
  std::vector<std::string> pictures;  ///< files whose names say so
  std::vector<ScanProblem> problems;
};

/// Whether a name ends as a picture's does: .jpg .jpeg .png .gif .webp .bmp .tif .tiff .heic .heif .avif
/// .jxl.
[[nodiscard]] bool is_picture_name(std::string_view name);

/// Whether a picture belongs to a part: by its path without the extension, so that pictures which share a
/// text file share a part.
[[nodiscard]] bool is_in_shard(std::string_view path, const Shard& shard);

/// "a2.jpg" comes before "a10.jpg".
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b);

/// Finds the pictures of a folder, folder by folder, in natural order; what begins with a dot is left out,
/// and links to folders are not followed. `found` receives up to 256 at a time, the first ones at once. Fails
/// with kNotFound, kIo where the folder itself cannot be read, and kStopped.
[[nodiscard]] Result<void> scan_folder(const std::filesystem::path& folder, bool recursive,
                                       const std::function<void(ScanBatch batch)>& found,
                                       std::stop_token stop = {});

}  // namespace lapilli::captions
