// SPDX-License-Identifier: Apache-2.0
// Conversations over a small random model: what is reused, left out, stopped, and what ends an answer.
#include "tests/model/model_fixture.h"
#include "tests/support/small_model.h"

#include <chrono>
#include <iostream>
#include <random>
#include <thread>

#include <gmock/gmock.h>

namespace lapilli::test {
namespace {

using Clock = std::chrono::steady_clock;

Message user(std::string words, int images = 0) {
  return {.role = Message::Role::kUser, .text = std::move(words), .images = images};
}
Message assistant(std::string words) {
  return {.role = Message::Role::kAssistant, .text = std::move(words)};
}

Picture random_picture(uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> values;
  std::vector<float> pixels(3 * 56 * 56);
  for (float& value : pixels) value = values(random);
  return make_picture(std::move(pixels));
}

/// What an answer's events said.
struct Heard {
  std::vector<std::string> pieces;
  std::vector<Note> notes;
  std::vector<Progress> progress;

  [[nodiscard]] EventSink sink() {
    return [this](const Event& event) {
      if (const auto* piece = std::get_if<TextPiece>(&event)) pieces.push_back(piece->text);
      if (const auto* note = std::get_if<Note>(&event)) notes.push_back(*note);
      if (const auto* progress_event = std::get_if<Progress>(&event)) progress.push_back(*progress_event);
    };
  }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const std::string& piece : pieces) all += piece;
    return all;
  }
};

bool is_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    int more = lead < 0x80 ? 0 : lead >> 5 == 6 ? 1 : lead >> 4 == 14 ? 2 : lead >> 3 == 30 ? 3 : -1;
    if (more < 0) return false;
    for (; more > 0; --more, ++at)
      if (at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) return false;
  }
  return true;
}

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

class ChatTest : public ModelTest {
 protected:
  [[nodiscard]] Engine open(uint32_t context = 0, const SmallModelOptions& model = {}) {
    EngineOptions open_options = options({});
    open_options.context = context;
    return Engine::open(open_options, small_model(model)).value();
  }

  static AnswerRequest request(std::vector<Message> messages, std::vector<Picture> pictures = {},
                               uint32_t max_tokens = 12) {
    AnswerRequest result;
    result.conversation.messages = std::move(messages);
    result.pictures = std::move(pictures);
    result.generation.max_tokens = max_tokens;
    result.generation.ignore_end = true;
    // The template's own words are long for the small vocabulary.
    result.conversation.system = "";
    return result;
  }

  static uint64_t submissions(Engine& engine) { return engine.device().counters().submissions; }
};

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

TEST_F(ChatTest, RegeneratingEvaluatesOnePosition) {
  Engine engine = open();
  const AnswerRequest same = request({user("what is this", 1)}, {random_picture(1)});
  const Answer first = engine.answer(same).value();
  const Answer second = engine.answer(same).value();
  EXPECT_EQ(second.reused_tokens, second.prompt_tokens - 1);
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
  for (int turn = 0; turn < 12; ++turn) {
    Heard heard;
    const Answer answer = engine.answer(request(messages, {picture}), heard.sink()).value();
    EXPECT_EQ(answer.ids.size(), 12u) << turn;
    EXPECT_LE(answer.prompt_tokens + 12, 160u);
    EXPECT_EQ(answer.timings.picture_ms > 0, turn == 0) << "the picture's rows stay on the device";
    EXPECT_GE(answer.turns_left_out, left_out);
    left_out = answer.turns_left_out;
    ASSERT_EQ(heard.notes.size(), left_out > 0 ? 1u : 0u) << turn;
    if (left_out > 0) {
      EXPECT_EQ(heard.notes[0].code, "turns_left_out");
      EXPECT_NE(heard.notes[0].message.find("context of 160 tokens"), std::string::npos);
      EXPECT_NE(
          heard.notes[0].message.find(left_out == 1 ? "oldest 1 exchange was" : text("oldest ", left_out)),
          std::string::npos)
          << heard.notes[0].message;
      EXPECT_GT(answer.prompt_tokens, size_t{kPictureRows});
    }
    messages.push_back(assistant("so it is"));
    messages.push_back(user(text("and number ", turn)));
  }
  EXPECT_GT(left_out, 0u);
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
  EXPECT_EQ(heard.notes.size(), 2u);
  EXPECT_GT(answer.ids.size(), 128u - answer.prompt_tokens);
  EXPECT_LT(answer.ids.size(), 128u);
  // The engine goes on.
  EXPECT_EQ(engine.answer(request({user("hello")})).value().ids.size(), 12u);
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

TEST_F(ChatTest, PiecesAreWholeCharactersAndJoinToTheText) {
  Engine engine = open();
  AnswerRequest wanted = request({user("hello")}, {}, 150);
  wanted.generation.sampling = {.temperature = 3.0f, .seed = 5};
  Heard heard;
  const Answer answer = engine.answer(wanted, heard.sink()).value();
  for (const std::string& piece : heard.pieces) EXPECT_TRUE(is_utf8(piece)) << piece;
  EXPECT_EQ(trimmed(heard.text()), answer.text);
  EXPECT_EQ(trimmed(engine.tokenizer()->decode(answer.ids)), answer.text);
  EXPECT_EQ(answer.reason, StopReason::kMaxTokens);
}

TEST_F(ChatTest, AStopStringEndsTheAnswerBeforeIt) {
  Engine engine = open();
  AnswerRequest wanted = request({user("hello")}, {}, 60);
  wanted.generation.sampling = {.temperature = 3.0f, .seed = 5};
  const Answer whole = engine.answer(wanted).value();
  const std::string stop = whole.text.substr(whole.text.size() / 2, 4);
  wanted.generation.stops = {stop};
  Heard heard;
  const Answer cut = engine.answer(wanted, heard.sink()).value();
  EXPECT_EQ(cut.reason, StopReason::kStopString);
  EXPECT_EQ(cut.text, trimmed(whole.text.substr(0, whole.text.find(stop))));
  EXPECT_EQ(heard.text().find(stop), std::string::npos);
}

TEST_F(ChatTest, TheEndTokenEndsTheAnswer) {
  const Answer whole = open().answer(request({user("hello")}, {}, 40)).value();
  const int32_t end = whole.ids[7];
  const auto at = std::find(whole.ids.begin(), whole.ids.end(), end) - whole.ids.begin();
  Engine engine = open(0, {.eos_id = end});
  AnswerRequest wanted = request({user("hello")}, {}, 40);
  wanted.generation.ignore_end = false;
  const Answer answer = engine.answer(wanted).value();
  EXPECT_EQ(answer.reason, StopReason::kEnd);
  EXPECT_EQ(answer.ids, std::vector<int32_t>(whole.ids.begin(), whole.ids.begin() + at));
}

TEST_F(ChatTest, SeedsDecideAndTemperatureZeroIsGreedy) {
  Engine engine = open();
  const auto ids_of = [&](const SamplingOptions& sampling) {
    AnswerRequest wanted = request({user("hello")}, {}, 30);
    wanted.generation.sampling = sampling;
    return engine.answer(wanted).value().ids;
  };
  const auto first = ids_of({.temperature = 1.0f, .seed = 1});
  EXPECT_EQ(ids_of({.temperature = 1.0f, .seed = 1}), first);
  EXPECT_NE(ids_of({.temperature = 1.0f, .seed = 2}), first);
  const auto greedy_ids = ids_of({});
  EXPECT_EQ(ids_of({.temperature = 0.0f, .seed = 9}), greedy_ids);
  // The same choice made on the host.
  EXPECT_EQ(ids_of({.temperature = 1.0f, .top_k = 1, .seed = 3}), greedy_ids);
}

TEST_F(ChatTest, PaddingRowsAndThePicturesTokenAreNeverChosen) {
  LoadedModel model = small_model();
  const int32_t tokens = model.tokenizer->size();
  const int32_t image_token = model.config.image_token = tokens - 100;
  ASSERT_LT(tokens, static_cast<int32_t>(model.config.language.vocab));
  Engine engine = Engine::open(options({}), std::move(model)).value();
  for (const float temperature : {0.0f, 8.0f}) {
    AnswerRequest wanted = request({user("hello")}, {}, 200);
    wanted.generation.sampling = {.temperature = temperature, .seed = 1};
    for (const int32_t id : engine.answer(wanted).value().ids) EXPECT_LT(id, image_token);
  }
}

TEST_F(ChatTest, OptionsThatMakeNoSenseAreRefused) {
  Engine engine = open();
  AnswerRequest wanted = request({user("hello")});
  wanted.generation.sampling.top_p = -1;
  const auto answer = engine.answer(wanted);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_FALSE(engine.answer(request({})).ok());
  EXPECT_FALSE(engine.answer(request({user("a"), user("b")})).ok());
  EXPECT_TRUE(engine.answer(request({user("hello")}, {}, 0)).value().ids.empty());
}

}  // namespace
}  // namespace lapilli::test
