// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/caption_context.h"

#include "app/captions/prompt_pattern.h"

#include <algorithm>

namespace lapilli::cli {

uint32_t needed_context(const ModelConfig& config, const captions::Settings& settings) {
  size_t prompt = 512;
  for (const captions::Question& question : settings.questions) {
    const auto pattern = captions::PromptPattern::parse(question.prompt).value();
    if (pattern.uses("caption") || pattern.uses("tags")) return 0;
    const std::string asked = question_with_format(question.format, question.prompt);
    prompt = std::max(prompt, 2 * (asked.size() + settings.system.value_or("").size()) + 256);
  }
  const uint64_t picture = config.vision ? config.vision->image_rows() : 0;
  return static_cast<uint32_t>(
      std::min<uint64_t>(config.language.context, picture + prompt + settings.generation.max_tokens));
}

}  // namespace lapilli::cli
