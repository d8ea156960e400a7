// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/picture.h"
#include "engine/runtime/response_format.h"
#include "engine/runtime/sampler.h"
#include "engine/runtime/template.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

struct GenerationOptions {
  SamplingOptions sampling;
  uint32_t max_tokens = 512;
  std::vector<std::string> stops = {};  ///< beside the template's own; none with a format that binds the text
  bool ignore_end = false;              ///< go on after the end token, for measurements
  ResponseFormat format = {};           ///< asked for in the last message, and kept to also at the limit
};

/// A conversation whose last message is to be answered.
struct AnswerRequest {
  Conversation conversation;
  std::vector<Picture> pictures;  ///< of all messages, in order; as many as the messages' `images` in sum
  GenerationOptions generation;
  std::optional<ChatTemplate> chat_template = {};  ///< nothing: the model's
  std::string begun = {};                          ///< the answer's first words, which the model goes on from
};

enum class StopReason { kEnd, kStopString, kMaxTokens, kContextFull, kStopped };

/// "end", "stop_string", "max_tokens", "context_full", "stopped".
std::string_view to_string(StopReason reason);

struct AnswerTimings {
  double picture_ms = 0;      ///< encoding pictures
  double prompt_ms = 0;       ///< evaluating the prompt, pictures' encoding included
  double first_token_ms = 0;  ///< from the call to the first token's choice
  double decode_ms = 0;       ///< from the first token's choice to the end
};

struct Answer {
  std::string text;          ///< without leading and trailing white space, unless a format binds it
  std::vector<int32_t> ids;  ///< what was generated, the end token left out
  StopReason reason = StopReason::kEnd;
  size_t prompt_tokens = 0;   ///< positions of the prompt, picture rows included
  size_t reused_tokens = 0;   ///< of them, found in the cache
  size_t turns_left_out = 0;  ///< oldest exchanges that did not fit the context
  AnswerTimings timings;

  [[nodiscard]] double prompt_tokens_per_second() const;
  [[nodiscard]] double decode_tokens_per_second() const;
};

}  // namespace lapilli
