// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/prompt.h"

namespace lapilli {

Prompt prompt_from_text(std::string_view text) {
  Prompt prompt;
  const auto add_text = [&](std::string_view part) {
    if (!part.empty()) prompt.push_back({PromptPart::Kind::kTemplate, std::string(part)});
  };
  for (size_t mark; (mark = text.find(kImageMark)) != std::string_view::npos;
       text.remove_prefix(mark + kImageMark.size())) {
    add_text(text.substr(0, mark));
    prompt.push_back({PromptPart::Kind::kImage, {}});
  }
  add_text(text);
  return prompt;
}

std::string prompt_text(const Prompt& prompt) {
  std::string result;
  for (const PromptPart& part : prompt) {
    result += part.kind == PromptPart::Kind::kImage ? kImageMark : std::string_view(part.text);
  }
  return result;
}

Prompt with_picture_ends(const Prompt& prompt) {
  Prompt result;
  for (const PromptPart& part : prompt) {
    const bool picture = part.kind == PromptPart::Kind::kImage;
    if (picture) result.push_back({PromptPart::Kind::kTemplate, std::string(kImageStart)});
    result.push_back(part);
    if (picture) result.push_back({PromptPart::Kind::kTemplate, std::string(kImageEnd)});
  }
  return result;
}

std::vector<int32_t> encode_prompt(const Tokenizer& tokenizer, const Prompt& prompt, bool add_bos) {
  std::vector<int32_t> ids;
  if (add_bos && tokenizer.bos_id() >= 0) ids.push_back(tokenizer.bos_id());
  std::vector<TextSegment> chunk;
  const auto flush = [&] {
    const std::vector<int32_t> part = tokenizer.encode(chunk, false);
    ids.insert(ids.end(), part.begin(), part.end());
    chunk.clear();
  };
  for (const PromptPart& part : prompt) {
    if (part.kind == PromptPart::Kind::kImage) {
      flush();
      ids.push_back(kImageToken);
    } else {
      chunk.push_back({part.text, part.kind == PromptPart::Kind::kTemplate
                                      ? TextSegment::Specials::kParse
                                      : TextSegment::Specials::kPlainText});
    }
  }
  flush();
  return ids;
}

}  // namespace lapilli
