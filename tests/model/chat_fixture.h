// SPDX-License-Identifier: Apache-2.0
#pragma once

// Conversations over a small random model.
#include "engine/base/trimmed.h"
#include "tests/model/model_fixture.h"
#include "tests/support/small_model.h"

#include <random>
#include <string>
#include <vector>

namespace lapilli::test {

inline Message user(std::string words, int images = 0) {
  return {.role = Message::Role::kUser, .text = std::move(words), .images = images};
}
inline Message assistant(std::string words) {
  return {.role = Message::Role::kAssistant, .text = std::move(words)};
}

inline Picture random_picture(uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> values;
  std::vector<float> pixels(3 * 56 * 56);
  for (float& value : pixels) value = values(random);
  return make_picture(std::move(pixels));
}

/// What an answer's events said.
struct Heard {
  std::vector<std::string> pieces;
  std::vector<Note> notes;
  std::vector<Progress> progress;

  [[nodiscard]] EventSink sink() {
    return [this](const Event& event) {
      if (const auto* piece = std::get_if<TextPiece>(&event)) pieces.push_back(piece->text);
      if (const auto* note = std::get_if<Note>(&event)) notes.push_back(*note);
      if (const auto* progress_event = std::get_if<Progress>(&event)) progress.push_back(*progress_event);
    };
  }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const std::string& piece : pieces) all += piece;
    return all;
  }
};

class ChatTest : public ModelTest {
 protected:
  [[nodiscard]] Engine open(uint32_t context = 0, const SmallModelOptions& model = {}) {
    EngineOptions open_options = options({});
    open_options.context = context;
    return Engine::open(open_options, small_model(model)).value();
  }

  static AnswerRequest request(std::vector<Message> messages, std::vector<Picture> pictures = {},
                               uint32_t max_tokens = 12) {
    AnswerRequest result;
    result.conversation.messages = std::move(messages);
    result.pictures = std::move(pictures);
    result.generation.max_tokens = max_tokens;
    result.generation.ignore_end = true;
    // The template's own words are long for the small vocabulary.
    result.conversation.system = "";
    return result;
  }
};

}  // namespace lapilli::test
