// SPDX-License-Identifier: Apache-2.0
// Several answers written at once: each is what it would be alone.
#include "tests/model/model_fixture.h"
#include "tests/support/small_model.h"

#include <map>
#include <random>

namespace lapilli::test {
namespace {

Picture random_picture(uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> values;
  std::vector<float> pixels(3 * 56 * 56);
  for (float& value : pixels) value = values(random);
  return make_picture(std::move(pixels));
}

/// Seven requests that differ in length, pictures, sampling and end.
std::vector<AnswerRequest> different_requests() {
  std::vector<AnswerRequest> requests;
  const std::vector<std::string> questions = {"what is this", "and why",       "tell me of birds and of fish",
                                              "no",           "what can swim", "they can fly",
                                              "more"};
  for (size_t index = 0; index < questions.size(); ++index) {
    AnswerRequest request;
    const int images = index % 3 == 0 ? 1 : 0;
    request.conversation.system = "";
    request.conversation.messages = {
        {.role = Message::Role::kUser, .text = questions[index], .images = images}};
    if (images > 0) request.pictures = {random_picture(static_cast<uint32_t>(index))};
    request.generation.max_tokens = static_cast<uint32_t>(5 + 4 * index);
    request.generation.ignore_end = index % 2 == 0;
    request.generation.sampling.temperature = index % 2 == 0 ? 0.0f : 0.9f;
    request.generation.sampling.seed = index;
    requests.push_back(std::move(request));
  }
  return requests;
}

class LanesTest : public ModelTest {
 protected:
  [[nodiscard]] Engine open(uint32_t lanes) {
    EngineOptions open_options = options({});
    open_options.lanes = lanes;
    return Engine::open(open_options, small_model({.context = 512})).value();
  }
};

TEST_F(LanesTest, EveryAnswerIsWhatItWouldBeAlone) {
  const std::vector<AnswerRequest> requests = different_requests();
  std::map<size_t, Answer> together;
  Engine many = open(3);
  ASSERT_TRUE(many.answer_all(requests, [&](size_t index, Result<Answer> answer) {
    ASSERT_TRUE(answer) << answer.error().what();
    EXPECT_TRUE(together.emplace(index, std::move(*answer)).second)
        << "request " << index << " is answered once";
  }));
  ASSERT_EQ(together.size(), requests.size());
  Engine one = open(1);
  for (size_t index = 0; index < requests.size(); ++index) {
    const Answer alone = one.answer(requests[index]).value();
    EXPECT_EQ(together.at(index).ids, alone.ids) << "request " << index;
    EXPECT_EQ(together.at(index).text, alone.text) << "request " << index;
    EXPECT_EQ(together.at(index).reason, alone.reason) << "request " << index;
  }
}

TEST_F(LanesTest, PicturesEncodedTogetherGiveTheSameTexts) {
  std::vector<AnswerRequest> requests(9);
  for (size_t index = 0; index < requests.size(); ++index) {
    AnswerRequest& request = requests[index];
    request.conversation.messages = {
        {.role = Message::Role::kUser, .text = text("what is this ", index % 2), .images = 1}};
    request.pictures = {random_picture(static_cast<uint32_t>(index / 2))};
    request.generation.max_tokens = static_cast<uint32_t>(4 + 3 * (index % 4));
    request.generation.ignore_end = true;
  }
  EngineOptions open_options = options({});
  open_options.most_lanes = 8;
  Engine many = Engine::open(open_options, small_model({.context = 512})).value();
  ASSERT_EQ(many.lanes(), 8u);
  EXPECT_EQ(picture_batches(many.evaluator().options().graph), (std::vector<uint32_t>{1, 4, 8}));
  std::map<size_t, Answer> together;
  ASSERT_TRUE(many.answer_all(
      requests, [&](size_t index, Result<Answer> answer) { together.emplace(index, answer.value()); }));
  Engine one = open(1);
  for (size_t index = 0; index < requests.size(); ++index)
    EXPECT_EQ(together.at(index).ids, one.answer(requests[index]).value().ids) << "request " << index;
}

TEST_F(LanesTest, AStreamGivesEachLaneItsOwnRequests) {
  const std::vector<AnswerRequest> requests = different_requests();
  Engine engine = open(2);
  std::map<uint32_t, size_t> given;  // to lanes
  std::vector<size_t> answered;
  size_t next = 0;
  ASSERT_TRUE(engine.answer_stream(
      [&](uint32_t lane) -> const AnswerRequest* {
        EXPECT_FALSE(given.contains(lane)) << "lane " << lane << " has not answered yet";
        if (next == requests.size()) return nullptr;
        given[lane] = next;
        return &requests[next++];
      },
      [&](uint32_t lane, Result<Answer> answer) {
        EXPECT_TRUE(answer);
        answered.push_back(given.at(lane));
        given.erase(lane);
      }));
  std::sort(answered.begin(), answered.end());
  EXPECT_EQ(answered, (std::vector<size_t>{0, 1, 2, 3, 4, 5, 6}));
}

TEST_F(LanesTest, ARequestThatCannotBeAnsweredDoesNotEndTheOthers) {
  std::vector<AnswerRequest> requests = different_requests();
  std::string endless;
  for (int word = 0; word < 600; ++word) endless += "birds ";
  requests[1].conversation.messages[0].text = endless;
  std::map<size_t, bool> answered;
  Engine engine = open(2);
  ASSERT_TRUE(engine.answer_all(requests, [&](size_t index, Result<Answer> answer) {
    answered[index] = answer.ok();
    if (!answer) {
      EXPECT_EQ(answer.error().code(), ErrorCode::kContextFull);
    }
  }));
  for (size_t index = 0; index < requests.size(); ++index) EXPECT_EQ(answered.at(index), index != 1) << index;
}

TEST_F(LanesTest, AStopRequestEndsWhatIsUnderWayAndBeginsNothing) {
  std::stop_source source;
  std::map<size_t, StopReason> ended;
  Engine engine = open(2);
  ASSERT_TRUE(engine.answer_all(
      different_requests(),
      [&](size_t index, Result<Answer> answer) {
        ended[index] = answer.value().reason;
        source.request_stop();
      },
      source.get_token()));
  EXPECT_LT(ended.size(), different_requests().size());
  EXPECT_TRUE(std::any_of(ended.begin(), ended.end(),
                          [](const auto& entry) { return entry.second == StopReason::kStopped; }));
}

TEST_F(LanesTest, AStopRequestIsHonouredBeforeTheNextEvaluation) {
  EngineOptions open_options = options({});
  open_options.lanes = 2;
  open_options.context = 128;
  Engine engine = Engine::open(open_options, small_model({.context = 512})).value();
  std::vector<AnswerRequest> requests(2);
  for (size_t index = 0; index < requests.size(); ++index) {
    AnswerRequest& request = requests[index];
    request.conversation.system = "";
    request.conversation.messages = {
        {.role = Message::Role::kUser, .text = index == 0 ? "what can swim and what can fly" : "no"}};
    request.generation.max_tokens = 1000;
    request.generation.ignore_end = true;
  }
  std::stop_source source;
  uint64_t submissions = 0;  // until the first lane had filled its context, within a step of both
  std::map<size_t, StopReason> ended;
  ASSERT_TRUE(engine.answer_all(
      requests,
      [&](size_t index, Result<Answer> answer) {
        ended[index] = answer.value().reason;
        if (!source.stop_requested()) submissions = engine.device().counters().submissions;
        source.request_stop();
      },
      source.get_token()));
  EXPECT_EQ(ended, (std::map<size_t, StopReason>{{0, StopReason::kContextFull}, {1, StopReason::kStopped}}));
  EXPECT_EQ(engine.device().counters().submissions, submissions);
}

TEST_F(LanesTest, OtherLanesAreAsIfItHadBeenOpenedWithThem) {
  const std::vector<AnswerRequest> requests = different_requests();
  Engine engine = open(1);
  const Answer before = engine.answer(requests[0]).value();
  EXPECT_EQ(engine.prompt_tokens(requests[0]).value(), before.prompt_tokens);
  ASSERT_TRUE(engine.set_lanes({.context = 128, .most_lanes = 4}));
  EXPECT_EQ(engine.lanes(), 4u);
  EXPECT_EQ(engine.evaluator().options().graph.context, 128u);
  std::map<size_t, Answer> together;
  ASSERT_TRUE(engine.answer_all(
      requests, [&](size_t index, Result<Answer> answer) { together.emplace(index, answer.value()); }));
  ASSERT_TRUE(engine.set_lanes({.context = 512}));
  EXPECT_EQ(engine.lanes(), 1u);
  const Answer after = engine.answer(requests[0]).value();
  EXPECT_EQ(after.reused_tokens, 0u);
  EXPECT_EQ(after.ids, before.ids);
  for (size_t index = 0; index < requests.size(); ++index)
    EXPECT_EQ(together.at(index).ids, engine.answer(requests[index]).value().ids) << "request " << index;
}

TEST_F(LanesTest, ShorterLanesAreMoreInTheSameMemory) {
  // Keys and values of 4096 tokens take 16 MiB.
  const SmallModelOptions model{.context = 4096, .dim = 256, .layers = 4};
  EngineOptions open_options = options({});
  open_options.device_options.memory_limit_bytes = uint64_t{48} << 20;
  open_options.context = 512;
  open_options.most_lanes = 16;
  const uint32_t short_lanes = Engine::open(open_options, small_model(model)).value().lanes();
  EXPECT_GE(short_lanes, 8u);
  open_options.context = 4096;
  open_options.most_lanes = 0;
  Engine engine = Engine::open(open_options, small_model(model)).value();
  ASSERT_TRUE(engine.set_lanes({.context = 4096, .most_lanes = 16}));
  EXPECT_LE(engine.lanes(), 2u);
  ASSERT_TRUE(engine.set_lanes({.context = 512, .most_lanes = 16}));
  EXPECT_EQ(engine.lanes(), short_lanes);
}

TEST_F(LanesTest, WhereOtherLanesCanNotBeHadTheFormerStay) {
  const std::vector<AnswerRequest> requests = different_requests();
  EngineOptions open_options = options({});
  open_options.lanes = 2;
  uint64_t allocations = 0;
  std::vector<int32_t> expected;
  {
    Engine engine = Engine::open(open_options, small_model({.context = 512})).value();
    allocations = engine.device().counters().allocations;
    expected = engine.answer(requests[0]).value().ids;
    const auto refused = engine.set_lanes({.context = 513});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_EQ(engine.lanes(), 2u);
    EXPECT_EQ(engine.answer(requests[0]).value().ids, expected);
  }
  open_options.device_options.fail_allocation_at = allocations + 3;
  Engine engine = Engine::open(open_options, small_model({.context = 512})).value();
  const auto failed = engine.set_lanes({.context = 128, .lanes = 4});
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code(), ErrorCode::kOutOfMemory);
  ASSERT_EQ(engine.lanes(), 2u);
  EXPECT_EQ(engine.evaluator().options().graph.context, 512u);
  EXPECT_EQ(engine.answer(requests[0]).value().ids, expected);
  ASSERT_TRUE(engine.set_lanes({.context = 128, .lanes = 4}));
  EXPECT_EQ(engine.answer(requests[0]).value().ids, expected);
}

}  // namespace
}  // namespace lapilli::test
