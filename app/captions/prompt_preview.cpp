// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/prompt_preview.h"

#include "app/captions/picture_feed.h"

namespace lapilli::captions {

Result<std::vector<std::string>> prompts_for(const std::filesystem::path& folder, const Settings& settings,
                                             const PictureRow& row) {
  return try_result([&] {
    std::vector<PromptPattern> patterns;
    bool names_size = false;
    for (const Question& question : settings.questions) {
      patterns.push_back(PromptPattern::parse(question.prompt).value());
      names_size = names_size || patterns.back().uses("width") || patterns.back().uses("height");
    }
    Image image;
    if (names_size)
      image = load_image(folder / row.path, {.orientation = settings.picture.orientation, .limits = {}})
                  .value()
                  .image;
    return fill_prompts(patterns, folder, row, image);
  });
}

}  // namespace lapilli::captions
