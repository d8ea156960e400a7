// SPDX-License-Identifier: Apache-2.0
// What of a conversation is reused, and what is left out.
#include "tests/model/chat_fixture.h"

#include <gmock/gmock.h>

namespace lapilli::test {
namespace {

using testing::HasSubstr;

TEST_F(ChatTest, BetweenTurnsOnlyNewTokensAreEvaluated) {
  Engine engine = open();
  const Picture picture = random_picture(1);
  std::vector<Message> messages = {user("what is this", 1)};
  const Answer first = engine.answer(request(messages, {picture})).value();
  EXPECT_EQ(first.reused_tokens, 0u);
  EXPECT_GT(first.timings.picture_ms, 0.0);
  EXPECT_EQ(first.ids.size(), 12u);

  messages.push_back(assistant(first.text));
  messages.push_back(user("and why"));
  Heard heard;
  const Answer second = engine.answer(request(messages, {picture}), heard.sink()).value();
  EXPECT_GE(second.reused_tokens, first.prompt_tokens);
  EXPECT_EQ(second.timings.picture_ms, 0.0) << "the picture is encoded once";
  ASSERT_FALSE(heard.progress.empty());
  EXPECT_EQ(heard.progress.back().total, second.prompt_tokens - second.reused_tokens);

  // An engine that has never seen the first turn says the same.
  Engine fresh = open();
  const Answer again = fresh.answer(request(messages, {picture})).value();
  EXPECT_EQ(again.reused_tokens, 0u);
  EXPECT_EQ(again.ids, second.ids);
}

TEST_F(ChatTest, RegeneratingEvaluatesTwoPositions) {
  Engine engine = open();
  const AnswerRequest same = request({user("what is this", 1)}, {random_picture(1)});
  const Answer first = engine.answer(same).value();
  const Answer second = engine.answer(same).value();
  EXPECT_EQ(second.reused_tokens, second.prompt_tokens - 2) << "one is taken for decoding";
  EXPECT_EQ(second.ids, first.ids);
  EXPECT_EQ(second.text, first.text);
}

TEST_F(ChatTest, AnEditedHistoryIsEvaluatedFromTheEditOn) {
  Engine engine = open();
  const std::vector<Message> messages = {user("tell me of birds"), assistant("they can fly"),
                                         user("and more")};
  static_cast<void>(engine.answer(request(messages)).value());
  std::vector<Message> edited = messages;
  edited[1].text = "they can swim";
  const Answer answer = engine.answer(request(edited)).value();
  EXPECT_GT(answer.reused_tokens, 0u);
  EXPECT_LT(answer.reused_tokens, answer.prompt_tokens - 5);
  EXPECT_EQ(answer.ids, open().answer(request(edited)).value().ids);
}

TEST_F(ChatTest, AnotherPictureInItsPlaceIsSeen) {
  Engine engine = open();
  const std::vector<Message> messages = {user("what is this", 1)};
  const Answer one = engine.answer(request(messages, {random_picture(1)})).value();
  const Answer two = engine.answer(request(messages, {random_picture(2)})).value();
  EXPECT_LT(two.reused_tokens, two.prompt_tokens - kPictureRows);
  EXPECT_EQ(two.ids, open().answer(request(messages, {random_picture(2)})).value().ids);
  EXPECT_NE(one.ids, two.ids);
  // The first is still on the device.
  const Answer back = engine.answer(request(messages, {random_picture(1)})).value();
  EXPECT_EQ(back.timings.picture_ms, 0.0);
  EXPECT_EQ(back.ids, one.ids);
}

TEST_F(ChatTest, MorePicturesThanSlots) {
  Engine two_slots = open();
  EngineOptions many_options = options({});
  many_options.image_slots = 5;
  Engine five_slots = Engine::open(many_options, small_model()).value();
  std::vector<Picture> pictures;
  for (uint32_t seed = 1; seed <= 5; ++seed) pictures.push_back(random_picture(seed));
  const AnswerRequest all = request({user("compare", 3), assistant("yes"), user("and these", 2)}, pictures);
  const Answer few = two_slots.answer(all).value();
  const Answer many = five_slots.answer(all).value();
  EXPECT_GE(few.prompt_tokens, 5u * kPictureRows);
  EXPECT_EQ(few.ids, many.ids);
  const Answer again = two_slots.answer(all).value();
  EXPECT_EQ(again.timings.picture_ms, 0.0) << "their rows are in the cache";
  EXPECT_EQ(again.ids, few.ids);
}

TEST_F(ChatTest, ThePicturesMustBeAsManyAsTheMessagesSay) {
  Engine engine = open();
  const auto answer = engine.answer(request({user("what is this", 1)}));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_STREQ(answer.error().what(), "the prompt has room for 1 pictures, 0 were given");

  Engine blind = open(0, {.vision = false});
  const auto refused = blind.answer(request({user("what is this", 1)}, {random_picture(1)}));
  ASSERT_FALSE(refused.ok());
  EXPECT_STREQ(refused.error().what(), "model small has no vision encoder, so it cannot look at pictures");
}

TEST_F(ChatTest, OldestExchangesAreLeftOutAndThePictureStays) {
  Engine engine = open(160);
  std::vector<Message> messages = {user("what is this", 1)};
  const Picture picture = random_picture(1);
  size_t left_out = 0;
  size_t droppings = 0;
  constexpr int kTurns = 24;
  for (int turn = 0; turn < kTurns; ++turn) {
    Heard heard;
    const Answer answer = engine.answer(request(messages, {picture}), heard.sink()).value();
    EXPECT_EQ(answer.ids.size(), 12u) << turn;
    EXPECT_LE(answer.prompt_tokens + 12, 160u);
    EXPECT_EQ(answer.timings.picture_ms > 0, turn == 0) << "the picture's rows stay on the device";
    EXPECT_GT(answer.prompt_tokens, size_t{kPictureRows});
    ASSERT_GE(answer.turns_left_out, left_out);
    const bool dropped = answer.turns_left_out > left_out;
    left_out = answer.turns_left_out;
    ASSERT_EQ(heard.notes.size(), dropped ? 1u : 0u) << turn;
    if (dropped) {
      ++droppings;
      EXPECT_LE(answer.prompt_tokens, 100u) << "about half of the context is free again";
      EXPECT_EQ(heard.notes[0].code, "turns_left_out");
      EXPECT_THAT(heard.notes[0].message, HasSubstr("context of 160 tokens"));
      EXPECT_THAT(heard.notes[0].message, HasSubstr(text("oldest ", left_out, " exchanges are left out")));
    } else if (turn > 0) {
      EXPECT_GT(answer.reused_tokens, answer.prompt_tokens / 2) << "only the new turn is evaluated, " << turn;
    }
    messages.push_back(assistant("so it is"));
    messages.push_back(user(text("and number ", turn)));
  }
  EXPECT_GE(droppings, 2u);
  EXPECT_LE(droppings, size_t{kTurns} / 4);
}

TEST_F(ChatTest, TheContextMayEndInTheMiddleOfAnAnswer) {
  Engine engine = open(128);
  const Picture picture = random_picture(1);
  const std::vector<Message> messages = {user("what is this", 1), assistant("a bird"), user("and that"),
                                         assistant("a stone"), user("say more")};
  Heard heard;
  const Answer answer = engine.answer(request(messages, {picture}, 400), heard.sink()).value();
  EXPECT_EQ(answer.reason, StopReason::kContextFull);
  EXPECT_EQ(answer.turns_left_out, 2u) << "both exchanges, one after the other";
  ASSERT_EQ(heard.notes.size(), 3u);
  EXPECT_EQ(heard.notes[2].code, "context_full");
  EXPECT_GT(answer.ids.size(), 128u - answer.prompt_tokens);
  EXPECT_LT(answer.ids.size(), 128u);
  // The engine goes on.
  EXPECT_EQ(engine.answer(request({user("hello")})).value().ids.size(), 12u);
}

TEST_F(ChatTest, AFirstAnswerThatFillsTheContextIsTold) {
  Heard heard;
  const Answer answer = open(64).answer(request({user("hello")}, {}, 400), heard.sink()).value();
  EXPECT_EQ(answer.reason, StopReason::kContextFull);
  ASSERT_EQ(heard.notes.size(), 1u);
  EXPECT_EQ(heard.notes[0].code, "context_full");
  EXPECT_THAT(heard.notes[0].message, HasSubstr("context of 64 tokens is full"));
}

TEST_F(ChatTest, MarksThatAreNotAsManyAsThePicturesAreTold) {
  Engine engine = open();
  const auto noted = [&](const std::string& words, std::vector<Picture> pictures) {
    Heard heard;
    const int images = static_cast<int>(pictures.size());
    (void)engine.answer(request({user(words, images)}, std::move(pictures), 1), heard.sink()).value();
    return heard.notes.empty() ? std::string() : heard.notes[0].code + ": " + heard.notes[0].message;
  };
  EXPECT_THAT(
      noted("<image> and <image>", {random_picture(1)}),
      HasSubstr("image_marks: The message says <image> 2 times and has 1 picture: the marks were left"));
  EXPECT_THAT(noted("an <image>", {}),
              HasSubstr("says <image> once and has no picture: it is read as a word"));
  EXPECT_EQ(noted("an <image>", {random_picture(1)}), "");
  EXPECT_EQ(noted("a bird", {random_picture(1)}), "");
}

TEST_F(ChatTest, AMessageLongerThanTheContextIsRefusedWithBothValues) {
  Engine engine = open(64);
  std::string words;
  for (int index = 0; index < 100; ++index) words += "bird ";
  const auto answer = engine.answer(request({user("hello"), assistant("hello"), user(words)}));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), ErrorCode::kContextFull);
  EXPECT_THAT(
      answer.error().what(),
      testing::MatchesRegex("the last message and its pictures take [0-9]+ tokens, the context has 64; "
                            "shorten the message or raise --context"));
  EXPECT_TRUE(engine.answer(request({user("hello")})).ok());
}

}  // namespace
}  // namespace lapilli::test
