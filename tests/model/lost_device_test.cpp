// SPDX-License-Identifier: Apache-2.0
// The device goes away at any moment, or there is none: one sentence, and everything can still be destroyed.
#include "tests/model/model_fixture.h"
#include "tests/support/small_model.h"

#include <cstdlib>

#include <gmock/gmock.h>

namespace lapilli::test {
namespace {

class LostDevice : public ModelTest {
 protected:
  [[nodiscard]] EngineOptions losing_at(uint64_t submission) {
    EngineOptions result = options({});
    result.context = 512;
    result.device_options.lose_device_at = submission;
    return result;
  }

  static AnswerRequest question(size_t words) {
    AnswerRequest request;
    std::string content;
    for (size_t word = 0; word < words; ++word) content += "bird ";
    request.conversation.messages = {{.text = content}};
    request.conversation.system = "";
    request.generation.max_tokens = 20;
    request.generation.ignore_end = true;
    return request;
  }

  static void expect_lost(const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kDeviceLost);
    EXPECT_THAT(error.what(), testing::HasSubstr("VK_ERROR_DEVICE_LOST"));
    EXPECT_THAT(error.what(), testing::HasSubstr("start again"));
  }
};

TEST_F(LostDevice, AtEverySubmissionOfAnAnswer) {
  const SmallModelOptions model{.vision = false, .dim = 256, .layers = 6};
  uint64_t opening = 0, reading = 0, all = 0;
  {
    Engine engine = Engine::open(losing_at(0), small_model(model)).value();
    opening = engine.device().counters().submissions;
    AnswerRequest prompt_only = question(25);
    prompt_only.generation.max_tokens = 0;
    static_cast<void>(engine.answer(prompt_only).value());
    reading = engine.device().counters().submissions;
    static_cast<void>(engine.answer(question(25)).value());
    all = engine.device().counters().submissions;
  }
  ASSERT_GT(reading, opening + 2) << "the prompt takes several submissions";
  for (const uint64_t at : {opening + 1, opening + 2, opening + 3, reading, reading + 4}) {
    ASSERT_LT(at, all);
    Engine engine = Engine::open(losing_at(at), small_model(model)).value();
    const auto answer = engine.answer(question(25));
    ASSERT_FALSE(answer.ok()) << at;
    expect_lost(answer.error());
    const auto again = engine.answer(question(3));
    ASSERT_FALSE(again.ok());
    expect_lost(again.error());
  }
}

TEST_F(LostDevice, WhileAPictureIsEncoded) {
  Engine engine = Engine::open(losing_at(1), small_model()).value();
  AnswerRequest request = question(3);
  request.conversation.messages[0].images = 1;
  request.pictures = {make_picture(std::vector<float>(3 * 56 * 56, 0.5f))};
  const auto answer = engine.answer(request);
  ASSERT_FALSE(answer.ok());
  expect_lost(answer.error());
}

TEST_F(LostDevice, WhileWeightsAreUploaded) {
  EngineOptions open_options = losing_at(2);
  open_options.device_options.hide_device_memory = true;
  const auto opened = Engine::open(open_options, small_model());
  ASSERT_FALSE(opened.ok());
  expect_lost(opened.error());
}

TEST_F(LostDevice, StagedWeightsAreTheSame) {
  EngineOptions staged_options = options({});
  staged_options.device_options.hide_device_memory = true;
  Engine staged = Engine::open(staged_options, small_model()).value();
  EXPECT_GT(staged.device().counters().submissions, 20u);
  Engine direct = Engine::open(options({}), small_model()).value();
  EXPECT_EQ(greedy(staged.evaluator(), {1, 300, 301}, 30), greedy(direct.evaluator(), {1, 300, 301}, 30));
}

/// In a process of its own: the loader keeps what it found.
TEST(NoDevice, IsOneSentence) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      {
        ::setenv("VK_DRIVER_FILES", "/nonexistent", 1);
        ::setenv("VK_ICD_FILENAMES", "/nonexistent", 1);
        const auto opened = Engine::open(EngineOptions{}, small_model());
        if (opened.ok()) std::exit(1);
        std::cerr << to_string(opened.error().code()) << ": " << opened.error().what() << '\n';
        std::exit(opened.error().code() == ErrorCode::kNoDevice ? 0 : 2);
      },
      testing::ExitedWithCode(0), "no_device: .*(driver|device)");
}

TEST_F(LostDevice, AnUnknownDeviceIsNamed) {
  EngineOptions open_options = options({});
  open_options.device = "no such device";
  const auto opened = Engine::open(open_options, small_model());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(opened.error().what(), testing::HasSubstr("no such device"));
}

}  // namespace
}  // namespace lapilli::test
