// SPDX-License-Identifier: Apache-2.0
// Stop requests: how soon they are honoured, and what stays.
#include "tests/model/chat_fixture.h"

#include <chrono>
#include <iostream>
#include <thread>

namespace lapilli::test {
namespace {

using Clock = std::chrono::steady_clock;

TEST_F(ChatTest, AStopRequestWhileReadingThePromptIsHonoured) {
  Engine engine = open();
  std::string words;
  for (int index = 0; index < 150; ++index) words += "bird ";
  const AnswerRequest long_request = request({user(words)});
  const Answer whole = engine.answer(long_request).value();
  ASSERT_GT(whole.prompt_tokens, 600u);
  static_cast<void>(engine.answer(request({user("hello")})).value());

  std::stop_source stop;
  Clock::time_point asked;
  const EventSink sink = [&](const Event& event) {
    if (!std::holds_alternative<Progress>(event) || stop.stop_requested()) return;
    asked = Clock::now();
    stop.request_stop();
  };
  const Answer stopped = engine.answer(long_request, sink, stop.get_token()).value();
  const double waited_ms = std::chrono::duration<double, std::milli>(Clock::now() - asked).count();
  EXPECT_EQ(stopped.reason, StopReason::kStopped);
  EXPECT_TRUE(stopped.ids.empty());
  EXPECT_LE(waited_ms, 200.0);

  const Answer after = engine.answer(long_request).value();
  EXPECT_GE(after.reused_tokens, 512u) << "what was read is kept";
  EXPECT_EQ(after.ids, whole.ids);
}

TEST_F(ChatTest, AStopRequestWithinAStepIsHonoured) {
  Engine engine = open(512, {.dim = 256, .layers = 4});
  std::string words;
  for (int index = 0; index < 90; ++index) words += "bird ";
  const AnswerRequest long_request = request({user(words)}, {}, 1);
  const Answer whole = engine.answer(long_request).value();
  static_cast<void>(engine.answer(request({user("hello")}, {}, 1)).value());
  std::stop_source stop;
  Clock::time_point asked;
  std::jthread watcher([&] {
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(whole.timings.prompt_ms * 0.3));
    asked = Clock::now();
    stop.request_stop();
  });
  const Answer stopped = engine.answer(long_request, {}, stop.get_token()).value();
  const double waited_ms = std::chrono::duration<double, std::milli>(Clock::now() - asked).count();
  EXPECT_EQ(stopped.reason, StopReason::kStopped);
  EXPECT_LE(waited_ms, 200.0) << "of a step of " << whole.timings.prompt_ms << " ms";
  std::cout << "[ figure   ] a step of " << whole.timings.prompt_ms << " ms was left after " << waited_ms
            << " ms\n";
  EXPECT_EQ(engine.answer(long_request).value().ids.front(), whole.ids.front());
}

TEST_F(ChatTest, AStopRequestWhileAnsweringKeepsTheText) {
  Engine engine = open();
  const AnswerRequest wanted = request({user("hello")}, {}, 100);
  const Answer whole = engine.answer(wanted).value();
  std::stop_source stop;
  Clock::time_point asked;
  Heard heard;
  const EventSink inner = heard.sink();
  const EventSink sink = [&](const Event& event) {
    inner(event);
    if (heard.pieces.size() != 5 || stop.stop_requested()) return;
    asked = Clock::now();
    stop.request_stop();
  };
  const Answer stopped = engine.answer(wanted, sink, stop.get_token()).value();
  const double waited_ms = std::chrono::duration<double, std::milli>(Clock::now() - asked).count();
  EXPECT_LE(waited_ms, 200.0);
  EXPECT_EQ(stopped.reason, StopReason::kStopped);
  EXPECT_LT(stopped.ids.size(), 100u);
  EXPECT_FALSE(stopped.text.empty());
  EXPECT_EQ(stopped.text, trimmed(heard.text()));
  EXPECT_EQ(
      std::vector<int32_t>(whole.ids.begin(), whole.ids.begin() + static_cast<ptrdiff_t>(stopped.ids.size())),
      stopped.ids);
  EXPECT_EQ(engine.answer(wanted).value().ids, whole.ids);
}

TEST_F(ChatTest, AStopRequestBeforeTheStartIsHonoured) {
  Engine engine = open();
  std::stop_source stop;
  stop.request_stop();
  const Answer answer =
      engine.answer(request({user("what is this", 1)}, {random_picture(1)}), {}, stop.get_token()).value();
  EXPECT_EQ(answer.reason, StopReason::kStopped);
  EXPECT_TRUE(answer.text.empty());
  const Answer after = engine.answer(request({user("what is this", 1)}, {random_picture(1)})).value();
  EXPECT_GT(after.timings.picture_ms, 0.0) << "a picture whose encoding was stopped is encoded again";
  EXPECT_EQ(after.ids, open().answer(request({user("what is this", 1)}, {random_picture(1)})).value().ids);
}

}  // namespace
}  // namespace lapilli::test
