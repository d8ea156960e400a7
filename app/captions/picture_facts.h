// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace lapilli::captions {

/// What filters ask of a picture beside its texts.
struct PictureFacts {
  uint64_t size_bytes = 0;  ///< of the file
  std::string date = {};    ///< local, when it was taken, else when the file was changed: "2024-05-17"
  int rating = 0;  ///< −1 rejected, 0 none, 1 to 5 stars: of its sidecar, else of the picture itself
};

/// Reads the file's header and its sidecar; `picture`: below the folder. Metadata that cannot be read counts
/// as none. Fails with kNotFound, kIo, kUnsupported for what
/// is no file.
[[nodiscard]] Result<PictureFacts> facts_of(const std::filesystem::path& folder, const std::string& picture);

}  // namespace lapilli::captions
