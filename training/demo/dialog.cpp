// SPDX-License-Identifier: Apache-2.0
#include "training/demo/dialog.h"

#include "training/demo/readings.h"
#include "training/demo/wording.h"

#include <algorithm>
#include <span>

namespace lapilli::demo {
namespace {

using Kind = QuestionKind;

constexpr int kTries = 8;

/// Short questions, by how often they come.
constexpr std::array kShortKinds = {Kind::kColor,     Kind::kColor,      Kind::kShape,      Kind::kShape,
                                    Kind::kSize,      Kind::kSize,       Kind::kCount,      Kind::kCount,
                                    Kind::kCount,     Kind::kPosition,   Kind::kPosition,   Kind::kPosition,
                                    Kind::kText,      Kind::kText,       Kind::kYesNo,      Kind::kYesNo,
                                    Kind::kYesNo,     Kind::kComparison, Kind::kComparison, Kind::kBackground,
                                    Kind::kBackground};
constexpr std::array kRegionKinds = {Kind::kRegion, Kind::kBox};
constexpr std::array kOptionKind = {Kind::kOption};
constexpr std::array kUnanswerableKind = {Kind::kUnanswerable};
constexpr std::array kJsonKind = {Kind::kJson};
constexpr std::array kFreeKinds = {Kind::kSentence, Kind::kSentence, Kind::kSentence, Kind::kDetail,
                                   Kind::kIdentity};
constexpr std::array kMixedKinds = {Kind::kColor,   Kind::kShape,    Kind::kCount,  Kind::kPosition,
                                    Kind::kYesNo,   Kind::kText,     Kind::kOption, Kind::kUnanswerable,
                                    Kind::kCaption, Kind::kList,     Kind::kRegion, Kind::kBox,
                                    Kind::kJson,    Kind::kSentence, Kind::kTalk};

enum class Sentences { kFirstAlone, kEach };

struct Form {
  uint32_t share;  ///< in a hundred
  std::span<const Kind> kinds;
  int least_rounds, most_rounds;
  Sentences sentences = Sentences::kFirstAlone;
};

constexpr std::array kCaptionKinds = {Kind::kCaption};
constexpr std::array kDetailKinds = {Kind::kDetail};
constexpr std::array kListKinds = {Kind::kList};
constexpr std::array kTalkKinds = {Kind::kIdentity, Kind::kTalk};

const std::array<Form, 11> kForms = {{{45, kShortKinds, 4, 6},
                                      {3, kOptionKind, 3, 5},
                                      {14, kCaptionKinds, 1, 1},
                                      {5, kDetailKinds, 1, 1},
                                      {3, kListKinds, 1, 1},
                                      {2, kRegionKinds, 2, 5},
                                      {2, kUnanswerableKind, 4, 7},
                                      {11, kJsonKind, 2, 4},
                                      {2, kFreeKinds, 3, 5},
                                      {12, kMixedKinds, 4, 7, Sentences::kEach},
                                      {1, kTalkKinds, 1, 2}}};

/// Short questions by how late a model learns to answer them.
constexpr std::array kHardKinds = {
    Kind::kPosition, Kind::kPosition, Kind::kPosition, Kind::kPosition, Kind::kPosition,   Kind::kYesNo,
    Kind::kYesNo,    Kind::kYesNo,    Kind::kYesNo,    Kind::kYesNo,    Kind::kComparison, Kind::kComparison,
    Kind::kCount,    Kind::kCount,    Kind::kCount,    Kind::kCount,    Kind::kColor,      Kind::kColor,
    Kind::kShape,    Kind::kShape,    Kind::kSize,     Kind::kText,     Kind::kBackground};

const std::array<Form, 4> kDrillForms = {
    {{75, kHardKinds, 14, 20}, {8, kOptionKind, 5, 8}, {14, kJsonKind, 3, 5}, {3, kRegionKinds, 4, 7}}};

const Form& form_of(std::span<const Form> forms, Draws& draws) {
  uint32_t draw = draws.below(100);
  for (const Form& form : forms) {
    if (draw < form.share) return form;
    draw -= form.share;
  }
  return forms.front();
}

/// The same words, or other words for what was asked already; answers of these kinds repeat by nature.
bool is_repeated(const std::vector<Question>& asked, const Question& question) {
  const bool may_repeat = question.kind == Kind::kYesNo || question.kind == Kind::kOption ||
                          question.kind == Kind::kUnanswerable || question.kind == Kind::kCount;
  return std::any_of(asked.begin(), asked.end(), [&](const Question& earlier) {
    if (earlier.text == question.text) return true;
    return !may_repeat && earlier.kind == question.kind && earlier.answer == question.answer;
  });
}

/// Adds a question of one of the kinds, unless it was asked already.
void ask_once(std::vector<Question>& asked, std::span<const Kind> kinds, const Scene& scene, Draws& draws,
              std::optional<Shape> about) {
  // Not always, or a new shape's name would be learned as the answer to the question alone.
  const bool open = about && draws.percent(35);
  Question question = ask_surely(draws.pick(kinds), scene, draws, open ? std::nullopt : about);
  if (!is_repeated(asked, question)) asked.push_back(std::move(question));
}

Dialog dialog_of(const std::vector<Question>& asked, Sentences sentences) {
  Dialog dialog;
  for (const Question& question : asked) {
    const bool with_sentence = sentences == Sentences::kEach || dialog.rounds.empty();
    dialog.rounds.push_back({with_sentence ? question.prompt() : question.text, question.answer});
  }
  return dialog;
}

Dialog talk_about(const Scene& scene, const Form& form, Draws& draws) {
  std::vector<Question> asked;
  const int rounds = draws.between(form.least_rounds, form.most_rounds);
  for (int round = 0; round < rounds; ++round) ask_once(asked, form.kinds, scene, draws, std::nullopt);
  return dialog_of(asked, form.sentences);
}

}  // namespace

Question ask_surely(QuestionKind kind, const Scene& scene, Draws& draws, std::optional<Shape> about) {
  for (int tries = 0; tries < kTries; ++tries)
    if (auto question = ask(kind, scene, draws, about)) return *std::move(question);
  // A word or digit to read, or a second object, is missing: a question that every scene allows.
  return ask(kind == QuestionKind::kOption ? kind : QuestionKind::kColor, scene, draws, about)
      .value_or(*ask(QuestionKind::kCount, scene, draws, about));
}

Dialog map_dialog(const Scene& scene, Draws& draws) {
  return {.rounds = {{"What is where?", map_reading(scene, draws)}}};
}

Dialog list_dialog(const Scene& scene, Draws& draws) {
  return {.rounds = {{"What is where?", list_reading(scene, draws)}}};
}

Dialog find_dialog(const Scene& scene, Draws& draws) {
  return {.rounds = {{"What is where?", find_reading(scene, draws)}}};
}

Dialog background_dialog(const Scene& scene, Draws& /*draws*/) {
  return {.rounds = {{"What is where?", background_reading(scene)}}};
}

Dialog stage1_dialog(const Scene& scene, Draws& draws) {
  return {.rounds = {{draws.pick(caption_instructions()), caption(scene)}}};
}

Dialog stage2_dialog(const Scene& scene, Draws& draws) {
  const Form& form = form_of(kForms, draws);
  Dialog dialog = talk_about(scene, form, draws);
  if (form.kinds.data() == kTalkKinds.data()) dialog.with_picture = draws.percent(40);
  return dialog;
}

Dialog drill_dialog(const Scene& scene, Draws& draws) {
  return talk_about(scene, form_of(kDrillForms, draws), draws);
}

Dialog new_shape_dialog(const Scene& scene, Shape shape, Draws& draws) {
  static constexpr std::array kOpenings = {Kind::kCaption, Kind::kCaption, Kind::kCaption, Kind::kList,
                                           Kind::kList,    Kind::kList,    Kind::kRegion};
  static constexpr std::array kFurther = {Kind::kRegion, Kind::kRegion, Kind::kShape};
  constexpr int kFurtherRounds = 3;
  std::vector<Question> asked;
  ask_once(asked, kOpenings, scene, draws, shape);
  for (int round = 0; round < kFurtherRounds; ++round) ask_once(asked, kFurther, scene, draws, shape);
  return dialog_of(asked, Sentences::kEach);
}

Dialog reminder_dialog(const Scene& scene, Draws& draws) {
  static constexpr std::array kWhole = {Kind::kCaption, Kind::kCaption, Kind::kList};
  if (draws.percent(60)) return stage2_dialog(scene, draws);
  return dialog_of({ask_surely(draws.pick(kWhole), scene, draws)}, Sentences::kEach);
}

}  // namespace lapilli::demo
