// SPDX-License-Identifier: Apache-2.0
#include "training/demo/question.h"

#include "training/demo/ask.h"
#include "training/demo/wording.h"

#include <algorithm>

namespace lapilli::demo {
namespace asking {

const SceneObject& Asker::subject() const {
  if (about) {
    std::vector<const SceneObject*> fitting;
    for (const SceneObject& object : scene.objects)
      if (object.content == Content::kShape && object.shape == *about) fitting.push_back(&object);
    if (!fitting.empty()) return *draws.pick(fitting);
  }
  return draws.pick(scene.objects);
}

size_t Asker::count_of(std::string_view wanted) const {
  return static_cast<size_t>(
      std::count_if(scene.objects.begin(), scene.objects.end(),
                    [&](const SceneObject& object) { return category(object) == wanted; }));
}

std::vector<std::string> categories(const Scene& scene) {
  std::vector<std::string> all(kShapeNames.begin(), kShapeNames.begin() + kNumKnownShapes);
  all.insert(all.end(), {"digit", "word"});
  for (const SceneObject& object : scene.objects)
    if (object.content == Content::kShape && object.shape == Shape::kMoon) {
      all.push_back(category(object));
      break;
    }
  return all;
}

std::string absent_category(Asker& asker) {
  const std::vector<std::string> all = categories(asker.scene);
  while (true) {
    const std::string candidate = asker.draws.pick(all);
    if (asker.count_of(candidate) == 0) return candidate;
  }
}

}  // namespace asking

std::optional<QuestionKind> question_kind_from_string(std::string_view wanted) {
  const auto found = std::find(kQuestionKindNames.begin(), kQuestionKindNames.end(), wanted);
  if (found == kQuestionKindNames.end()) return std::nullopt;
  return static_cast<QuestionKind>(found - kQuestionKindNames.begin());
}

std::string_view form_sentence(AnswerForm form) {
  switch (form) {
    case AnswerForm::kFree:
      return "";
    case AnswerForm::kShort:
      return "Answer the question using a single word or phrase.";
    case AnswerForm::kLetter:
      return "Answer with the option's letter from the given choices directly.";
    case AnswerForm::kShortOrUnanswerable:
      return "When the provided information is insufficient, respond with 'Unanswerable'.\n"
             "Answer the question using a single word or phrase.";
  }
  return "";
}

std::string Question::prompt() const {
  const std::string_view sentence = form_sentence(form);
  return sentence.empty() ? text : text + "\n" + std::string(sentence);
}

std::optional<Question> ask(QuestionKind kind, const Scene& scene, Draws& draws, std::optional<Shape> about) {
  using Ask = std::optional<Question> (*)(asking::Asker&);
  constexpr std::array<Ask, kQuestionKindNames.size()> kAsk = {
      asking::color,        asking::shape,      asking::size,     asking::count,      asking::position,
      asking::written_text, asking::background, asking::yes_no,   asking::comparison, asking::option,
      asking::unanswerable, asking::captioned,  asking::detail,   asking::list,       asking::region,
      asking::box,          asking::json,       asking::sentence, asking::identity,   asking::talk};
  asking::Asker asker{scene, draws, about};
  return kAsk[static_cast<size_t>(kind)](asker);
}

}  // namespace lapilli::demo
