// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"
#include "training/record.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::training {

/// The pictures in a folder and those below it, by their extensions: paths relative to it, sorted. Links to
/// folders are not followed. Fails with kIo when a folder can't be read.
[[nodiscard]] Result<std::vector<std::string>> pictures_below(const std::filesystem::path& folder);

/// One question about the picture, answered by the text beside it: `x.txt` for `x.jpg`, ends stripped.
[[nodiscard]] RecordReading read_picture_with_text(const std::filesystem::path& folder,
                                                   const std::string& picture, std::string_view question);

}  // namespace lapilli::training
