// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/settings.h"
#include "engine/runtime/captioner.h"

#include <functional>
#include <stop_token>
#include <string>

namespace lapilli::captions {

/// What answers the questions: the engine, or a stand-in where tests have none. Outlived by what it refers
/// to.
struct Answerer {
  const ModelConfig& config;
  uint32_t lanes;
  std::string storage;  ///< of activations: answers may depend on it
  std::function<Result<void>(const CaptionSource& source, const CaptionSink& done, std::stop_token stop)>
      caption_all;
};
[[nodiscard]] Answerer answerer_of(Engine& engine);

/// The text of an answer. Fails as the answer, and with kContextFull for one that has ended since there was
/// no room for more of it.
[[nodiscard]] Result<std::string> whole_text(const Result<Answer>& answer);

/// Throws kInvalidArgument for a model without a vision encoder.
void require_eyes(const ModelConfig& config);

/// A question of the settings about a picture, with its prompt filled in.
[[nodiscard]] AnswerRequest request_for(const Settings& settings, const Question& question,
                                        const std::string& prompt, const Picture& picture);

}  // namespace lapilli::captions
