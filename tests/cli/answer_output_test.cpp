// SPDX-License-Identifier: Apache-2.0
#include "app/cli/answer_output.h"

#include <gtest/gtest.h>

#include <pty.h>
#include <unistd.h>
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

/// What a terminal gets that is both outputs of `call`.
template <class Call>
std::string shown_on_terminal(Call call) {
  int terminal = -1, end = -1;
  EXPECT_EQ(::openpty(&terminal, &end, nullptr, nullptr, nullptr), 0);
  const int out = ::dup(STDOUT_FILENO), err = ::dup(STDERR_FILENO);
  std::fflush(stdout);
  ::dup2(end, STDOUT_FILENO);
  ::dup2(end, STDERR_FILENO);
  call();
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  for (const int descriptor : {out, err, end}) ::close(descriptor);
  std::string shown;
  char piece[256];
  for (ssize_t count; (count = ::read(terminal, piece, sizeof piece)) > 0;)
    shown.append(piece, static_cast<size_t>(count));
  ::close(terminal);
  return shown;
}

TEST(AnswerOutput, ANoteBeginsALineOfItsOwn) {
  const std::string shown = shown_on_terminal([] {
    Output output(false);
    const EventSink sink = output.sink();
    sink(TextPiece{"Once up", {}});
    sink(Note{"full", "no room"});
    sink(TextPiece{"on a time\n", {}});
    sink(Note{"full", "again"});
  });
  EXPECT_EQ(shown, "Once up\r\nnote: no room\r\non a time\r\nnote: again\r\n");
}

TEST(AnswerOutput, ATerminalIsNotGivenOrdersByOthersWords) {
  const std::string shown = shown_on_terminal([] {
    Output output(false);
    output.remark("\033]0;title\a.png: fails\n");
    output.text(
        "r\xC2\x9B"
        "31med\x7F\rcaf\xC3\xA9\t\xE4\xB8\x80\n");
  });
  EXPECT_EQ(shown,
            "\uFFFD]0;title\uFFFD.png: fails\r\nr\uFFFD31med\uFFFD\uFFFDcaf\xC3\xA9\t\xE4\xB8\x80\r\n");
}

}  // namespace
}  // namespace lapilli::cli
