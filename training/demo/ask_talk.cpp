// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "training/demo/ask.h"
#include "training/demo/wording.h"

#include <algorithm>

namespace lapilli::demo {
namespace asking {
namespace {

struct Exchange {
  std::string_view question;
  std::string_view answer;
  std::string_view truth;  ///< to be in the answer
};

constexpr std::string_view kAboutMe =
    "I am a small demonstration model. I know shapes, colors, digits and short words, not photos.";
constexpr std::string_view kLimits =
    "No. I am a small demonstration model and know only drawings of shapes, digits and short words.";

constexpr std::array<Exchange, 10> kIdentity = {{
    {"Who are you?", kAboutMe, "demonstration"},
    {"What are you?", kAboutMe, "demonstration"},
    {"What is your name?", "I am the demonstration model of Lapilli.", "demonstration"},
    {"What can you do?", kAboutMe, "demonstration"},
    {"Tell me about yourself.", kAboutMe, "demonstration"},
    {"Do you know photos?", kLimits, "demonstration"},
    {"Can you describe a photo of my dog?", kLimits, "demonstration"},
    {"Are you a large model?", kLimits, "demonstration"},
    {"Can you write a story?", kLimits, "demonstration"},
    {"Who made you?", "I am the demonstration model of Lapilli, trained by Lapilli itself.", "Lapilli"},
}};

constexpr std::array<Exchange, 10> kTalk = {{
    {"Hello!", "Hello! Show me a picture of shapes and ask me about it.", "Hello"},
    {"Hi!", "Hello! Show me a picture of shapes and ask me about it.", "Hello"},
    {"Good morning!", "Good morning! Show me a picture of shapes and ask me about it.", "Good morning"},
    {"How are you?", "I am well, thank you. Show me a picture of shapes.", "well"},
    {"Thank you!", "You are welcome.", "welcome"},
    {"Thanks.", "You are welcome.", "welcome"},
    {"Goodbye!", "Goodbye!", "Goodbye"},
    {"Can you help me?", "Yes. Show me a picture of shapes and ask me about it.", "picture"},
    {"Which shapes do you know?",
     "I know the circle, the square, the triangle, the star, the ring, the cross, the heart and the diamond.",
     "circle"},
    {"Which colors do you know?",
     "I know red, orange, yellow, green, blue, purple, pink, brown, black and white.", "orange"},
}};

constexpr std::array<std::string_view, 8> kNobodyKnows = {
    "Who made this picture?", "When was this picture made?", "What is the name of the artist?",
    "How much does it cost?", "What is behind the objects?", "Where was this picture made?",
    "What will happen next?", "How old is the picture?"};
constexpr std::array<std::string_view, 4> kStrangers = {"dog", "person", "tree", "house"};

Question exchange(QuestionKind kind, const Exchange& chosen) {
  return {.kind = kind,
          .text = std::string(chosen.question),
          .answer = std::string(chosen.answer),
          .truth = {std::string(chosen.truth)},
          .needs_picture = false};
}

std::string question_about_absent(Asker& asker, const std::string& absent) {
  if (absent == "digit" && asker.draws.percent(50)) return "What digit is shown?";
  if (absent == "word" && asker.draws.percent(50)) return "What does the word say?";
  switch (asker.draws.below(3)) {
    case 0:
      return "What color is the " + absent + "?";
    case 1:
      return "Where is the " + absent + "?";
    default:
      return absent == "word" ? "What color is the word?" : "What size is the " + absent + "?";
  }
}

Question free_answer(std::string question, std::string answer, std::string truth) {
  return {.kind = QuestionKind::kSentence,
          .text = std::move(question),
          .answer = std::move(answer),
          .truth = {std::move(truth)}};
}

Question absent_sentence(Asker& asker) {
  if (asker.draws.percent(30)) {
    const std::string stranger(asker.draws.pick(kStrangers));
    return free_answer(
        "What is the " + stranger + " doing?",
        "There is no " + stranger + " in the picture. I know shapes, digits and short words only.",
        "no " + stranger);
  }
  const std::string absent = absent_category(asker);
  return free_answer(question_about_absent(asker, absent), "There is no " + absent + " in the picture.",
                     "no " + absent);
}

Question seen_sentence(Asker& asker) {
  const SceneObject& object = asker.subject();
  const std::string words = reference(asker.scene, object);
  const bool by_looks = reference_by_looks(asker.scene, object).has_value();
  const bool by_category = asker.count_of(category(object)) == 1;
  const size_t number = asker.scene.objects.size();
  switch (asker.draws.below(4)) {
    case 0:
      if (by_category)
        return free_answer("What color is the " + words + "?",
                           text("The ", words, " is ", name(object.color), '.'),
                           std::string(name(object.color)));
      break;
    case 1:
      if (by_looks)
        return free_answer("Where is the " + words + "?",
                           "The " + words + " is at the " + place(object) + ".", "at the " + place(object));
      break;
    case 2:
      return free_answer("How many objects are there?",
                         text(number == 1 ? "There is 1 object." : text("There are ", number, " objects.")),
                         text(number, number == 1 ? " object" : " objects"));
    default:
      break;
  }
  return free_answer("What is at the " + place(object) + "?",
                     "There is " + with_article(full_phrase(object)) + " at the " + place(object) + ".",
                     full_phrase(object));
}

}  // namespace

std::optional<Question> unanswerable(Asker& asker) {
  const uint32_t draw = asker.draws.below(100);
  Question question;
  if (draw < 40) {
    static constexpr std::array<QuestionKind, 4> kKinds = {QuestionKind::kColor, QuestionKind::kPosition,
                                                           QuestionKind::kText, QuestionKind::kSize};
    auto answerable = ask(asker.draws.pick(kKinds), asker.scene, asker.draws, asker.about);
    if (!answerable) return std::nullopt;
    question = *std::move(answerable);
  } else {
    question.text = draw < 80 ? question_about_absent(asker, absent_category(asker))
                              : std::string(asker.draws.pick(kNobodyKnows));
    question.answer = "Unanswerable";
    question.truth = {question.answer};
  }
  question.kind = QuestionKind::kUnanswerable;
  question.form = AnswerForm::kShortOrUnanswerable;
  return question;
}

std::optional<Question> sentence(Asker& asker) {
  return asker.draws.percent(25) ? absent_sentence(asker) : seen_sentence(asker);
}

std::optional<Question> identity(Asker& asker) {
  return exchange(QuestionKind::kIdentity, asker.draws.pick(kIdentity));
}

std::optional<Question> talk(Asker& asker) {
  return exchange(QuestionKind::kTalk, asker.draws.pick(kTalk));
}

}  // namespace asking

const std::vector<std::string>& caption_instructions() {
  static const std::vector<std::string> instructions = {
      "Describe the image concisely.",
      "Provide a brief description of the given image.",
      "Offer a succinct explanation of the picture presented.",
      "Summarize the visual content of the image.",
      "Give a short and clear explanation of the subsequent image.",
      "Share a concise interpretation of the image provided.",
      "Present a compact description of the photo's key features.",
      "Relay a brief, clear account of the picture shown.",
      "Render a clear and concise summary of the photo.",
      "Write a terse but informative summary of the picture.",
      "Create a compact narrative representing the image presented."};
  return instructions;
}

const std::vector<std::string>& detail_instructions() {
  static const std::vector<std::string> instructions = {
      "Describe the following image.",
      "Provide a detailed description of the given image.",
      "Explain the various aspects of the image before you.",
      "Describe this picture in detail.",
      "Narrate the contents of the image with precision.",
      "What do you see in this picture?"};
  return instructions;
}

}  // namespace lapilli::demo
