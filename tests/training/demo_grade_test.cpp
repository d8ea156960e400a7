// SPDX-License-Identifier: Apache-2.0
#include "training/demo/grade.h"
#include "training/demo/wording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lapilli::demo {
namespace {

Question truth(QuestionKind kind, std::vector<std::string> words) {
  return {.kind = kind, .truth = std::move(words)};
}

TEST(DemoGrade, ComparesShortAnswersAsPeopleDo) {
  const Question color = truth(QuestionKind::kColor, {"Red"});
  for (const char* right : {"Red", "red", " Red.", "The red"}) EXPECT_TRUE(grade(color, right)) << right;
  for (const char* wrong : {"Blue", "Red blue", "Reddish", ""}) EXPECT_FALSE(grade(color, wrong)) << wrong;
  const Question count = truth(QuestionKind::kCount, {"3"});
  EXPECT_TRUE(grade(count, "three"));
  EXPECT_FALSE(grade(count, "13"));
  const Question option = truth(QuestionKind::kOption, {"A"});
  EXPECT_TRUE(grade(option, "A."));
  EXPECT_FALSE(grade(option, "B"));
  EXPECT_TRUE(grade(truth(QuestionKind::kPosition, {"Top left"}), "top left"));
  EXPECT_FALSE(grade(truth(QuestionKind::kPosition, {"Left"}), "top left"));
}

TEST(DemoGrade, CaptionsNameEveryObjectAndNoOther) {
  const Question caption = truth(QuestionKind::kCaption, {"red circle", "blue word CAT", "red circle"});
  EXPECT_TRUE(grade(caption, "A red circle, a blue word CAT and a red circle on a plain background."));
  EXPECT_FALSE(grade(caption, "A red circle and a blue word CAT."));
  EXPECT_FALSE(grade(caption, "A red circle, a blue word DOG and a red circle."));
  EXPECT_FALSE(grade(caption, "A red circle, a blue word CAT, a red circle and a green star."));
  EXPECT_FALSE(grade(caption, "Two circles and a blue word CAT."));
}

TEST(DemoGrade, JsonHasExactlyTheKeysAndValues) {
  const Question json = truth(QuestionKind::kJson, {R"({"objects": 3, "word": "N/A"})"});
  EXPECT_TRUE(grade(json, R"({"word": "N/A", "objects": 3})"));
  EXPECT_TRUE(grade(json, R"({"objects": "3", "word": "N/A"})"));
  EXPECT_FALSE(grade(json, R"({"objects": 3})"));
  EXPECT_FALSE(grade(json, R"({"objects": 4, "word": "N/A"})"));
  EXPECT_FALSE(grade(json, R"({"objects": 3, "word": "N/A", "digit": "1"})"));
  EXPECT_FALSE(grade(json, R"({"objects": 3, "word": "N/A")"));
  EXPECT_FALSE(grade(json, "3"));
}

TEST(DemoGrade, BoxesOverlapByHalf) {
  EXPECT_FLOAT_EQ(intersection_over_union({0, 0, 0.5f, 0.5f}, {0, 0, 0.5f, 0.5f}), 1);
  EXPECT_FLOAT_EQ(intersection_over_union({0, 0, 0.5f, 1}, {0, 0, 1, 1}), 0.5f);
  EXPECT_EQ(intersection_over_union({0, 0, 0.2f, 0.2f}, {0.5f, 0.5f, 1, 1}), 0);
  const Question box = truth(QuestionKind::kBox, {"[0.2, 0.2, 0.4, 0.4]"});
  EXPECT_TRUE(grade(box, "[0.2, 0.21, 0.4, 0.42]"));
  EXPECT_FALSE(grade(box, "[0.3, 0.2, 0.5, 0.4]"));
  EXPECT_FALSE(grade(box, "somewhere"));
}

TEST(DemoGrade, CountsByKind) {
  Score score;
  score.add(truth(QuestionKind::kColor, {"Red"}), "red");
  score.add(truth(QuestionKind::kColor, {"Red"}), "blue");
  score.add(truth(QuestionKind::kCount, {"2"}), "2");
  score.add(truth(QuestionKind::kTalk, {"Hello"}), "Goodbye!");
  EXPECT_EQ(score.kinds.at(QuestionKind::kColor).right, 1u);
  EXPECT_EQ(score.short_answers().asked, 3u);
  EXPECT_EQ(score.short_answers().right, 2u);
  EXPECT_EQ(score.total().asked, 4u);
  EXPECT_THAT(to_string(score), testing::HasSubstr("color"));
}

}  // namespace
}  // namespace lapilli::demo
