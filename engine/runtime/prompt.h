// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tokenizer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

/// Stands for one picture among token ids; its rows are spliced in there. The original's IMAGE_TOKEN_INDEX.
inline constexpr int32_t kImageToken = -200;

/// How a picture is written in prompt text.
inline constexpr std::string_view kImageMark = "<image>";

/// Tokens around each picture, for models trained with mm_use_im_start_end.
inline constexpr std::string_view kImageStart = "<im_start>";
inline constexpr std::string_view kImageEnd = "<im_end>";

/// A stretch of a prompt: words of the program's own (special tokens count), words of a user or a model (they
/// don't), or a picture (no text).
struct PromptPart {
  enum class Kind { kTemplate, kPlainText, kImage };
  Kind kind;
  std::string text;
};
using Prompt = std::vector<PromptPart>;

/// A prompt of the program's own, e.g. from a data set: every "<image>" is a picture, "</s>" is a token.
[[nodiscard]] Prompt prompt_from_text(std::string_view text);

/// The prompt as one string, pictures as "<image>".
[[nodiscard]] std::string prompt_text(const Prompt& prompt);

/// The same with kImageStart and kImageEnd around each picture.
[[nodiscard]] Prompt with_picture_ends(const Prompt& prompt);

/// BOS, then the text between pictures, each stretch tokenized by a call of its own (so with its own prefix),
/// with kImageToken for each picture. Source: tokenizer_image_token of the original.
[[nodiscard]] std::vector<int32_t> encode_prompt(const Tokenizer& tokenizer, const Prompt& prompt,
                                                 bool add_bos = true);

}  // namespace lapilli
