// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inner parts of ask(), one for each family of questions.

#include "training/demo/question.h"

namespace lapilli::demo::asking {

struct Asker {
  const Scene& scene;
  Draws& draws;
  std::optional<Shape> about = {};

  /// An object; one of the shape asked about, where that is given.
  [[nodiscard]] const SceneObject& subject() const;
  [[nodiscard]] size_t count_of(std::string_view category) const;
};

std::optional<Question> color(Asker& asker);
std::optional<Question> shape(Asker& asker);
std::optional<Question> size(Asker& asker);
std::optional<Question> count(Asker& asker);
std::optional<Question> position(Asker& asker);
std::optional<Question> written_text(Asker& asker);
std::optional<Question> background(Asker& asker);
std::optional<Question> yes_no(Asker& asker);
std::optional<Question> comparison(Asker& asker);
std::optional<Question> option(Asker& asker);
std::optional<Question> unanswerable(Asker& asker);
std::optional<Question> captioned(Asker& asker);
std::optional<Question> detail(Asker& asker);
std::optional<Question> list(Asker& asker);
std::optional<Question> region(Asker& asker);
std::optional<Question> box(Asker& asker);
std::optional<Question> json(Asker& asker);
std::optional<Question> sentence(Asker& asker);
std::optional<Question> identity(Asker& asker);
std::optional<Question> talk(Asker& asker);

/// "circle", … for shapes, "digit" and "word": what may be in a picture; moon only where one is there.
std::vector<std::string> categories(const Scene& scene);
/// A category that the scene lacks.
std::string absent_category(Asker& asker);

/// How the first of two objects stands to the second, said truly or not: "left", "right", "above" or "below".
struct Side {
  std::string_view word;
  bool is_true;
};
Side any_side(const SceneObject& first, const SceneObject& second, Draws& draws);

inline Question short_question(QuestionKind kind, std::string words, std::string answer) {
  Question question{.kind = kind, .form = AnswerForm::kShort, .text = std::move(words)};
  question.truth = {answer};
  question.answer = std::move(answer);
  return question;
}

}  // namespace lapilli::demo::asking
