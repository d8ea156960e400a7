// SPDX-License-Identifier: Apache-2.0
#include "training/demo/dialog.h"
#include "training/demo/grade.h"
#include "training/demo/wording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lapilli::demo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

SceneObject shape_at(Shape shape, Color color, Size size, uint32_t cell) {
  return {.shape = shape, .color = color, .size = size, .cell = cell, .box = {0.1f, 0.25f, 0.474f, 0.996f}};
}

Scene example() {
  Scene scene{.objects = {shape_at(Shape::kCircle, Color::kRed, Size::kLarge, 0),
                          shape_at(Shape::kStar, Color::kOrange, Size::kSmall, 4),
                          shape_at(Shape::kCircle, Color::kRed, Size::kSmall, 8)},
              .pattern = Pattern::kStriped,
              .tone = Tone::kDark};
  scene.objects.push_back({.content = Content::kDigit, .text = "7", .color = Color::kBlue, .cell = 8});
  return scene;
}

TEST(DemoWording, DescribesAScene) {
  EXPECT_EQ(caption(example()),
            "A red circle, an orange star, a red circle and a blue digit 7 on a striped background.");
  EXPECT_THAT(detailed_description(example()),
              HasSubstr("The picture shows 4 objects on a dark striped background. "
                        "A large red circle is at the top left."));
  const Scene scene = example();
  EXPECT_EQ(reference(scene, scene.objects[0]), "object at the top left");
  EXPECT_EQ(reference(scene, scene.objects[1]), "star");
}

TEST(DemoWording, PrintsBoxesAsPythonDoes) {
  EXPECT_EQ(box_text({0.1f, 0.25f, 0.474f, 0.996f}), "[0.1, 0.25, 0.47, 1.0]");
  EXPECT_EQ(box_text({0, 0.05f, 0.5f, 1}), "[0.0, 0.05, 0.5, 1.0]");
  const auto box = parse_box("It is at [0.1, 0.25, 0.47, 1.0].");
  ASSERT_TRUE(box);
  EXPECT_FLOAT_EQ(box->x1, 0.1f);
  EXPECT_FLOAT_EQ(box->y2, 1.0f);
  for (const char* bad :
       {"", "[]", "[0.1, 0.2, 0.3]", "[0.1, 0.2, 0.3, 0.4, 0.5]", "[a, b, c, d]", "0.1, 0.2]"})
    EXPECT_FALSE(parse_box(bad)) << bad;
}

TEST(DemoQuestion, EveryAnswerIsGradedRight) {
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const Scene scene = make_scene(seed, {.with_moon = seed % 5 == 0});
    Draws draws(seed);
    for (size_t kind = 0; kind < kQuestionKindNames.size(); ++kind) {
      const auto question = ask(static_cast<QuestionKind>(kind), scene, draws);
      if (!question) continue;
      EXPECT_EQ(question->kind, static_cast<QuestionKind>(kind));
      EXPECT_TRUE(grade(*question, question->answer)) << question->prompt() << " → " << question->answer;
      EXPECT_FALSE(grade(*question, "")) << question->prompt();
      EXPECT_FALSE(grade(*question, "nonsense [0, 0, 0, 0]")) << question->prompt();
      EXPECT_EQ(question_kind_from_string(name(question->kind)), question->kind);
    }
  }
}

TEST(DemoQuestion, MostScenesGiveMostKinds) {
  for (const auto kind :
       {QuestionKind::kColor, QuestionKind::kCount, QuestionKind::kYesNo, QuestionKind::kCaption,
        QuestionKind::kJson, QuestionKind::kRegion, QuestionKind::kSentence}) {
    Draws draws(3);
    for (uint64_t seed = 0; seed < 50; ++seed) EXPECT_TRUE(ask(kind, make_scene(seed), draws)) << name(kind);
  }
}

TEST(DemoQuestion, YesAndNoAreAboutAsFrequent) {
  Draws draws(11);
  int yes = 0;
  constexpr int kCount = 2000;
  for (uint64_t seed = 0; seed < kCount; ++seed)
    yes += ask(QuestionKind::kYesNo, make_scene(seed), draws)->answer == "Yes";
  EXPECT_NEAR(yes, kCount / 2, kCount / 20);
}

TEST(DemoQuestion, HasTheOriginalsFormSentences) {
  Draws draws(5);
  EXPECT_THAT(ask(QuestionKind::kCount, example(), draws)->prompt(),
              HasSubstr("?\nAnswer the question using a single word or phrase."));
  EXPECT_THAT(ask_surely(QuestionKind::kOption, example(), draws).prompt(),
              HasSubstr("\nAnswer with the option's letter from the given choices directly."));
  EXPECT_THAT(ask_surely(QuestionKind::kUnanswerable, example(), draws).prompt(),
              HasSubstr("\nWhen the provided information is insufficient, respond with 'Unanswerable'.\n"
                        "Answer the question using a single word or phrase."));
}

TEST(DemoQuestion, NewShapesQuestionsNeedItsName) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Scene scene = make_scene(seed, {.with_moon = true});
    Draws draws(seed);
    for (const auto kind : {QuestionKind::kShape, QuestionKind::kRegion, QuestionKind::kCaption}) {
      const Question question = ask_surely(kind, scene, draws, Shape::kMoon);
      EXPECT_EQ(question.kind, kind);
      EXPECT_EQ(question.prompt().find("moon"), std::string::npos) << question.prompt();
      EXPECT_TRUE(question.answer.find("oon") != std::string::npos) << question.answer;
    }
  }
}

TEST(DemoDialog, HasRoundsAndOneFormSentence) {
  constexpr std::string_view kShort = "Answer the question using a single word or phrase.";
  for (uint64_t seed = 0; seed < 500; ++seed) {
    Draws draws(seed);
    const Dialog dialog = stage2_dialog(make_scene(seed), draws);
    ASSERT_FALSE(dialog.rounds.empty());
    for (const Dialog::Round& round : dialog.rounds) {
      ASSERT_FALSE(round.question.empty());
      ASSERT_FALSE(round.answer.empty());
    }
    EXPECT_LE(dialog.rounds[0].question.find(kShort), dialog.rounds[0].question.rfind(kShort));
  }
}

TEST(DemoDialog, ANewShapeIsLearnedFromShortConversations) {
  int rounds = 0, naming_it = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    Draws draws = Draws::of(seed, 1);
    const Dialog dialog = new_shape_dialog(make_scene(seed, {.with_moon = true}), Shape::kMoon, draws);
    ASSERT_FALSE(dialog.rounds.empty());
    EXPECT_LE(dialog.rounds.size(), 4u);
    for (const Dialog::Round& round : dialog.rounds) {
      ++rounds;
      naming_it += round.answer.find("moon") != std::string::npos || round.answer == "Moon";
    }
  }
  EXPECT_GT(naming_it, rounds * 70 / 100);
  EXPECT_LT(naming_it, rounds * 95 / 100);  // it is not the answer to all
}

TEST(DemoDialog, RemindersAreCaptionsAndListsMoreOften) {
  const auto alone = [](Dialog (*make)(const Scene&, Draws&)) {
    int count = 0;
    for (uint64_t seed = 0; seed < 1000; ++seed) {
      Draws draws = Draws::of(seed, 2);
      count += make(make_scene(seed), draws).rounds.size() == 1;
    }
    return count;
  };
  EXPECT_NEAR(alone(reminder_dialog), 400 + 0.6 * alone(stage2_dialog), 60);
}

}  // namespace
}  // namespace lapilli::demo
