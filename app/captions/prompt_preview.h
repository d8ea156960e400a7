// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/journal.h"
#include "app/captions/settings.h"

#include <filesystem>

namespace lapilli::captions {

/// What a run with these settings would ask about a picture, in the order of the questions. Fails as
/// PromptPattern does, and as load_image does where a prompt names the picture's size.
[[nodiscard]] Result<std::vector<std::string>> prompts_for(const std::filesystem::path& folder,
                                                           const Settings& settings, const PictureRow& row);

}  // namespace lapilli::captions
