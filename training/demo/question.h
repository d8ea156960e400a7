// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/demo/draws.h"
#include "training/demo/scene.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::demo {

enum class QuestionKind : uint8_t {
  // a single word or phrase
  kColor,
  kShape,
  kSize,
  kCount,
  kPosition,
  kText,
  kBackground,
  kYesNo,
  kComparison,
  // other forms
  kOption,
  kUnanswerable,
  kCaption,
  kDetail,
  kList,
  kRegion,
  kBox,
  kJson,
  kSentence,
  kIdentity,
  kTalk,
};

inline constexpr std::array<std::string_view, 20> kQuestionKindNames = {
    "color",  "shape",      "size",   "count",        "position", "text",   "background",
    "yes_no", "comparison", "option", "unanswerable", "caption",  "detail", "list",
    "region", "box",        "json",   "sentence",     "identity", "talk"};
inline constexpr size_t kNumShortKinds = 9;

[[nodiscard]] inline std::string_view name(QuestionKind kind) {
  return kQuestionKindNames[static_cast<size_t>(kind)];
}
[[nodiscard]] std::optional<QuestionKind> question_kind_from_string(std::string_view name);

/// How the answer is to look, by a sentence behind the question; the original's words.
enum class AnswerForm : uint8_t { kFree, kShort, kLetter, kShortOrUnanswerable };
[[nodiscard]] std::string_view form_sentence(AnswerForm form);

/// A question, an answer that is right, and what decides whether another is. `truth` means, by kind:
/// short kinds, option, unanswerable: the answer · caption, detail, list, region: phrases that must be named,
/// repeated ones as often · box: the box · json: the object · sentence, identity, talk: words to be in it.
struct Question {
  QuestionKind kind = QuestionKind::kColor;
  AnswerForm form = AnswerForm::kFree;
  std::string text = {};  ///< without the form's sentence and the picture's mark
  std::string answer = {};
  std::vector<std::string> truth = {};
  bool needs_picture = true;

  /// The text and, on a line of its own, the form's sentence.
  [[nodiscard]] std::string prompt() const;
};

/// A question of this kind about the scene; nothing where the scene gives no such question (a digit's value
/// without a digit). With `about`, questions of kind shape, region, color and position are about such a
/// shape.
[[nodiscard]] std::optional<Question> ask(QuestionKind kind, const Scene& scene, Draws& draws,
                                          std::optional<Shape> about = std::nullopt);

/// One of the original's instructions of stage 1, or of detailed descriptions.
[[nodiscard]] const std::vector<std::string>& caption_instructions();
[[nodiscard]] const std::vector<std::string>& detail_instructions();

}  // namespace lapilli::demo
