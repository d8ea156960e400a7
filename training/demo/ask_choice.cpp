// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "training/demo/key.h"
#include "training/demo/wording.h"

#include <algorithm>

namespace lapilli::demo::asking {
namespace {

/// Things that no picture of this kind shows.
constexpr std::array<std::string_view, 6> kStrangers = {"dog", "person", "tree", "house", "car", "cat"};

std::string yes_or_no(bool yes) {
  return yes ? "Yes" : "No";
}

/// A color and category that no object has; the color of another object is the harder wrong one.
std::optional<std::string> absent_pair(Asker& asker, const std::string& category_name) {
  constexpr int kTries = 4;
  for (int tries = 0; tries < kTries; ++tries) {
    const Color color = asker.draws.percent(50) ? asker.draws.pick(asker.scene.objects).color
                                                : static_cast<Color>(asker.draws.below(kColorNames.size()));
    const Key key{.color = color, .category = category_name};
    if (found_by(key, asker.scene).empty()) return key.words();
  }
  return std::nullopt;
}

/// Words for something that is there, or is not.
std::string thing(Asker& asker, bool there) {
  const SceneObject& object = asker.subject();
  const std::string kind = category(object);
  const bool with_color = asker.draws.percent(60);
  if (there) return with_color ? text(name(object.color), ' ', kind) : kind;
  if (with_color)
    if (auto pair = absent_pair(asker, kind)) return *std::move(pair);
  return asker.draws.percent(75) ? absent_category(asker) : std::string(asker.draws.pick(kStrangers));
}

Question existence(Asker& asker, bool yes) {
  const std::string named = with_article(thing(asker, yes));
  const std::array<std::string, 3> wordings = {
      "Is there " + named + "?", "Is there " + named + " in the picture?", "Do you see " + named + "?"};
  return short_question(QuestionKind::kYesNo, asker.draws.pick(wordings), yes_or_no(yes));
}

Question property(Asker& asker, bool yes) {
  const SceneObject& object = asker.subject();
  const bool alone = asker.count_of(category(object)) == 1;
  const std::string words = alone ? category(object) : "object at the " + place(object);
  const Color color = yes ? object.color : static_cast<Color>(asker.draws.below(kColorNames.size()));
  return short_question(QuestionKind::kYesNo, text("Is the ", words, ' ', name(color), '?'),
                        yes_or_no(color == object.color));
}

Question background_or_number(Asker& asker, bool yes) {
  if (asker.draws.percent(50)) {
    const Pattern pattern =
        yes ? asker.scene.pattern : static_cast<Pattern>(asker.draws.below(kPatternNames.size()));
    return short_question(QuestionKind::kYesNo, text("Is the background ", name(pattern), '?'),
                          yes_or_no(pattern == asker.scene.pattern));
  }
  const uint32_t number = 1 + asker.draws.below(4);
  return short_question(QuestionKind::kYesNo, text("Are there more than ", number, " objects?"),
                        yes_or_no(asker.scene.objects.size() > number));
}

/// Two objects whose categories are theirs alone.
std::optional<std::pair<const SceneObject*, const SceneObject*>> distinct_pair(Asker& asker) {
  std::vector<const SceneObject*> alone;
  for (const SceneObject& object : asker.scene.objects)
    if (asker.count_of(category(object)) == 1) alone.push_back(&object);
  if (alone.size() < 2) return std::nullopt;
  asker.draws.shuffle(alone);
  return std::pair{alone[0], alone[1]};
}

/// What could stand beside the right answer of a short question.
std::vector<std::string> alternatives(const Question& question, const Scene& scene) {
  const auto strings = [](const auto& names, size_t count) {
    return std::vector<std::string>(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(count));
  };
  switch (question.kind) {
    case QuestionKind::kColor:
      return strings(kColorNames, kColorNames.size());
    case QuestionKind::kShape: {
      auto shapes = categories(scene);
      std::erase_if(shapes, [](const std::string& shape) { return shape == "digit" || shape == "word"; });
      return shapes;
    }
    case QuestionKind::kCount:
      return {"0", "1", "2", "3", "4", "5"};
    case QuestionKind::kPosition:
      return strings(kPlaceNames, kPlaceNames.size());
    case QuestionKind::kText:
      if (question.answer.size() > 1) return picture_words();
      return {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    default:
      return strings(kPatternNames, kPatternNames.size());
  }
}

std::string lower_first(std::string words) {
  const bool word = words.size() > 1 && words[1] >= 'a' && words[1] <= 'z';
  if (word && words[0] >= 'A' && words[0] <= 'Z') words[0] = static_cast<char>(words[0] - 'A' + 'a');
  return words;
}

}  // namespace

Side any_side(const SceneObject& first, const SceneObject& second, Draws& draws) {
  const int columns = static_cast<int>(second.cell % 3) - static_cast<int>(first.cell % 3);
  const int rows = static_cast<int>(second.cell / 3) - static_cast<int>(first.cell / 3);
  const bool across = columns != 0 && (rows == 0 || draws.percent(50));
  const bool forward = draws.percent(50);
  const std::string_view word = across ? (forward ? "left" : "right") : (forward ? "above" : "below");
  return {word, ((across ? columns : rows) > 0) == forward};
}

std::optional<Question> yes_no(Asker& asker) {
  const bool yes = asker.draws.percent(48);
  const uint32_t form = asker.draws.below(10);
  if (form < 6) return existence(asker, yes);
  return form < 8 ? property(asker, yes) : background_or_number(asker, yes);
}

std::optional<Question> comparison(Asker& asker) {
  const auto pair = distinct_pair(asker);
  if (!pair) return std::nullopt;
  const auto& [a, b] = *pair;
  const std::string first = category(*a);
  const std::string second = category(*b);
  const bool sized = a->content != Content::kWord && b->content != Content::kWord && a->size != b->size;
  if (sized && asker.draws.percent(50)) {
    const bool larger = asker.draws.percent(50);
    const bool first_wins = (a->size > b->size) == larger;
    return short_question(
        QuestionKind::kComparison,
        text("Which is ", larger ? "larger" : "smaller", ", the ", first, " or the ", second, '?'),
        capitalized(first_wins ? first : second));
  }
  const auto [word, is_true] = any_side(*a, *b, asker.draws);
  const bool across = word == "left" || word == "right";
  return short_question(QuestionKind::kComparison,
                        text("Is the ", first, ' ', word, across ? " of the " : " the ", second, '?'),
                        yes_or_no(is_true));
}

std::optional<Question> option(Asker& asker) {
  static constexpr std::array<QuestionKind, 6> kKinds = {QuestionKind::kColor, QuestionKind::kShape,
                                                         QuestionKind::kCount, QuestionKind::kPosition,
                                                         QuestionKind::kText,  QuestionKind::kBackground};
  auto question = ask(asker.draws.pick(kKinds), asker.scene, asker.draws, asker.about);
  if (!question || question->answer == "Light" || question->answer == "Dark") return std::nullopt;
  const std::string right = lower_first(question->answer);
  std::vector<std::string> others = alternatives(*question, asker.scene);
  std::erase(others, right);
  asker.draws.shuffle(others);
  others.resize(4);
  const uint32_t letter = asker.draws.below(4);
  others[letter] = right;
  for (size_t index = 0; index < 4; ++index)
    question->text += text('\n', static_cast<char>('A' + index), ". ", others[index]);
  question->kind = QuestionKind::kOption;
  question->form = AnswerForm::kLetter;
  question->answer = std::string(1, static_cast<char>('A' + letter));
  question->truth = {question->answer};
  return question;
}

}  // namespace lapilli::demo::asking
