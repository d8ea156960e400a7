// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "training/demo/key.h"
#include "training/demo/wording.h"

#include <algorithm>

namespace lapilli::demo::asking {
namespace {

/// The only object of that content; null when there are none or several.
const SceneObject* only_one(const Scene& scene, Content content) {
  const SceneObject* found = nullptr;
  for (const SceneObject& object : scene.objects) {
    if (object.content != content) continue;
    if (found) return nullptr;
    found = &object;
  }
  return found;
}

bool color_is_unique(const Scene& scene, const SceneObject& object) {
  return std::count_if(scene.objects.begin(), scene.objects.end(),
                       [&](const SceneObject& other) { return other.color == object.color; }) == 1;
}

/// Words for an object that don't tell its color.
std::string colorless_reference(const Asker& asker, const SceneObject& object) {
  const bool alone = asker.count_of(category(object)) == 1;
  return alone && asker.draws.percent(70) ? category(object) : "object at the " + place(object);
}

}  // namespace

std::optional<Question> color(Asker& asker) {
  const SceneObject& object = asker.subject();
  const std::string words = colorless_reference(asker, object);
  const std::array<std::string, 3> wordings = {"What color is the " + words + "?",
                                               "What is the color of the " + words + "?",
                                               "Which color does the " + words + " have?"};
  return short_question(QuestionKind::kColor, asker.draws.pick(wordings),
                        capitalized(std::string(name(object.color))));
}

std::optional<Question> shape(Asker& asker) {
  const SceneObject& object = asker.subject();
  if (object.content != Content::kShape) return std::nullopt;
  std::string words = "object at the " + place(object);
  if (color_is_unique(asker.scene, object) && asker.draws.percent(60))
    words = text(name(object.color), " object");
  const std::array<std::string, 3> wordings = {"What shape is the " + words + "?",
                                               "What is the shape of the " + words + "?",
                                               "Which shape does the " + words + " have?"};
  return short_question(QuestionKind::kShape, asker.draws.pick(wordings), capitalized(category(object)));
}

std::optional<Question> size(Asker& asker) {
  const SceneObject& object = asker.subject();
  if (object.content == Content::kWord) return std::nullopt;
  const std::string words = reference(asker.scene, object);
  const std::array<std::string, 2> wordings = {"What size is the " + words + "?",
                                               "How large is the " + words + "?"};
  return short_question(QuestionKind::kSize, asker.draws.pick(wordings),
                        capitalized(std::string(name(object.size))));
}

std::optional<Question> count(Asker& asker) {
  const SceneObject& object = asker.subject();
  Key key;
  const uint32_t form = asker.draws.below(10);
  if (form < 3) {
    key.category = category(object);
  } else if (form < 6) {
    key.color = object.color;
  } else if (form == 6) {
    key.category = absent_category(asker);
  }
  const std::string what = key.plural();
  const std::array<std::string, 3> wordings = {"How many " + what + " are there?",
                                               "How many " + what + " are in the picture?",
                                               "How many " + what + " do you see?"};
  return short_question(QuestionKind::kCount, asker.draws.pick(wordings),
                        text(found_by(key, asker.scene).size()));
}

std::optional<Question> position(Asker& asker) {
  const SceneObject& object = asker.subject();
  const auto words = reference_by_looks(asker.scene, object);
  if (!words) return std::nullopt;
  const std::array<std::string, 3> wordings = {"Where is the " + *words + "?",
                                               "Where in the picture is the " + *words + "?",
                                               "What is the position of the " + *words + "?"};
  return short_question(QuestionKind::kPosition, asker.draws.pick(wordings), capitalized(place(object)));
}

std::optional<Question> written_text(Asker& asker) {
  const SceneObject* word = only_one(asker.scene, Content::kWord);
  const SceneObject* digit = only_one(asker.scene, Content::kDigit);
  const bool read_word = word && (!digit || asker.draws.percent(50));
  if (!word && !digit) return std::nullopt;
  static constexpr std::array<std::string_view, 3> kWordWordings = {
      "What does the word say?", "What word is written in the picture?", "Read the word in the picture."};
  static constexpr std::array<std::string_view, 3> kDigitWordings = {
      "What digit is shown?", "Which digit is in the picture?", "Read the digit in the picture."};
  return short_question(QuestionKind::kText,
                        std::string(asker.draws.pick(read_word ? kWordWordings : kDigitWordings)),
                        read_word ? word->text : digit->text);
}

std::optional<Question> background(Asker& asker) {
  if (asker.draws.percent(40))
    return short_question(QuestionKind::kBackground, "Is the background light or dark?",
                          capitalized(std::string(name(asker.scene.tone))));
  static constexpr std::array<std::string_view, 2> kWordings = {"What pattern does the background have?",
                                                                "What is the pattern of the background?"};
  return short_question(QuestionKind::kBackground, std::string(asker.draws.pick(kWordings)),
                        capitalized(std::string(name(asker.scene.pattern))));
}

}  // namespace lapilli::demo::asking
