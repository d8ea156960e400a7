// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "training/demo/ask.h"
#include "training/demo/wording.h"

#include <algorithm>

namespace lapilli::demo::asking {
namespace {

Question free_question(QuestionKind kind, std::string words, std::string answer,
                       std::vector<std::string> truth) {
  return {.kind = kind, .text = std::move(words), .answer = std::move(answer), .truth = std::move(truth)};
}

bool is_unique(const Scene& scene, const SceneObject& object) {
  return std::count_if(scene.objects.begin(), scene.objects.end(), [&](const SceneObject& other) {
           return full_phrase(other) == full_phrase(object);
         }) == 1;
}

/// The text of that content, or what the original's example asks for where there is none.
std::string text_or_na(const Scene& scene, Content content) {
  for (const SceneObject& object : scene.objects)
    if (object.content == content) return object.text;
  return "N/A";
}

struct Fields {
  std::string asked;     ///< {"color": xxx}
  std::string answered;  ///< {"color": "red"}

  void add(std::string_view key, std::string_view value) {
    const std::string_view before = asked.empty() ? "{" : ", ";
    asked += text(before, '"', key, "\": xxx");
    answered += text(before, '"', key, "\": ", value);
  }
  void add_text(std::string_view key, std::string_view value) { add(key, text('"', value, '"')); }
};

Fields whole_picture(const Scene& scene) {
  Fields fields;
  fields.add("objects", text(scene.objects.size()));
  fields.add_text("background", name(scene.pattern));
  fields.add_text("word", text_or_na(scene, Content::kWord));
  const auto is_digit = [](const SceneObject& object) { return object.content == Content::kDigit; };
  if (std::count_if(scene.objects.begin(), scene.objects.end(), is_digit) < 2)
    fields.add_text("digit", text_or_na(scene, Content::kDigit));
  return fields;
}

Fields one_object(const SceneObject& object) {
  Fields fields;
  fields.add_text("shape", category(object));
  fields.add_text("color", name(object.color));
  fields.add_text("size", name(object.size));
  fields.add_text("position", place(object));
  return fields;
}

}  // namespace

std::optional<Question> captioned(Asker& asker) {
  std::string words = "Provide a one-sentence caption for the provided image.";
  if (asker.draws.percent(25)) words = asker.draws.pick(caption_instructions());
  return free_question(QuestionKind::kCaption, std::move(words), caption(asker.scene), phrases(asker.scene));
}

std::optional<Question> detail(Asker& asker) {
  return free_question(QuestionKind::kDetail, asker.draws.pick(detail_instructions()),
                       detailed_description(asker.scene), phrases(asker.scene));
}

std::optional<Question> list(Asker& asker) {
  static constexpr std::array<std::string_view, 3> kWordings = {"List all objects in the picture.",
                                                                "List the objects, separated by commas.",
                                                                "Give tags for this picture."};
  const auto all = phrases(asker.scene);
  return free_question(QuestionKind::kList, std::string(asker.draws.pick(kWordings)), comma_list(all), all);
}

std::optional<Question> region(Asker& asker) {
  const SceneObject& object = asker.subject();
  return free_question(QuestionKind::kRegion,
                       "Please provide a short description for this region: " + box_text(object.box) + ".",
                       capitalized(with_article(full_phrase(object))) + ".", {phrase(object)});
}

std::optional<Question> box(Asker& asker) {
  const SceneObject& object = asker.subject();
  if (!is_unique(asker.scene, object)) return std::nullopt;
  const std::string answer = box_text(object.box);
  return free_question(QuestionKind::kBox,
                       "Please provide the bounding box coordinate of the region this sentence describes: " +
                           capitalized(with_article(full_phrase(object))) + ".",
                       answer, {answer});
}

std::optional<Question> json(Asker& asker) {
  const SceneObject& object = asker.subject();
  const bool whole = object.content != Content::kShape || asker.draws.percent(50);
  const Fields fields = whole ? whole_picture(asker.scene) : one_object(object);
  const std::string what = whole ? "image" : "image about the " + reference(asker.scene, object);
  const std::string answer = fields.answered + "}";
  return free_question(
      QuestionKind::kJson,
      "Please read the " + what +
          " and return the information in the following JSON format (note xxx is placeholder, if "
          "the information is not available in the image, put \"N/A\" instead). " +
          fields.asked + "}",
      answer, {answer});
}

}  // namespace lapilli::demo::asking
