// SPDX-License-Identifier: Apache-2.0
#include "app/cli/answer_output.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using nlohmann::json;

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(json::parse(line));
  return lines;
}

TEST(AnswerOutput, WhatWasShownIsTheAnswerOfAProgramThatMustEnd) {
  Output output(true);
  AnswerOutput answer(output, 7);
  const EventSink sink = answer.sink();
  testing::internal::CaptureStdout();
  sink(TextPiece{" two", {5, 6}});
  sink(TextPiece{" birds ", {9}});
  answer.give_up();
  sink(TextPiece{" and", {11}});
  answer.finish(Answer());
  answer.give_up();
  const auto lines = lines_of(testing::internal::GetCapturedStdout());
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[2]["event"], "answer");
  EXPECT_EQ(lines[2]["stop_reason"], "stopped");
  EXPECT_EQ(lines[2]["text"], "two birds");
  EXPECT_EQ(lines[2]["ids"], json({5, 6, 9}));
  EXPECT_EQ(lines[2]["seed"], 7);
}

TEST(AnswerOutput, ACompleteAnswerIsSaidOnce) {
  Output output(true);
  AnswerOutput answer(output, 0);
  testing::internal::CaptureStdout();
  Answer whole;
  whole.text = "birds";
  answer.finish(whole);
  answer.give_up();
  const auto lines = lines_of(testing::internal::GetCapturedStdout());
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0]["text"], "birds");
  EXPECT_EQ(lines[0]["stop_reason"], "end");
}

}  // namespace
}  // namespace lapilli::cli
