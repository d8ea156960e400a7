// SPDX-License-Identifier: Apache-2.0
// An answer's tokens, its text, and what ends it.
#include "tests/model/chat_fixture.h"

namespace lapilli::test {
namespace {

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

TEST_F(ChatTest, EveryEndTokenOfTheModelEndsTheAnswer) {
  const Answer whole = open().answer(request({user("hello")}, {}, 40)).value();
  LoadedModel model = small_model();
  model.end_ids = {whole.ids[5], whole.ids[9]};
  Engine engine = Engine::open(options({}), std::move(model)).value();
  AnswerRequest wanted = request({user("hello")}, {}, 40);
  EXPECT_EQ(engine.answer(wanted).value().ids, whole.ids) << "end tokens are ignored";
  wanted.generation.ignore_end = false;
  const Answer answer = engine.answer(wanted).value();
  EXPECT_EQ(answer.reason, StopReason::kEnd);
  const auto at = std::find(whole.ids.begin(), whole.ids.end(), whole.ids[5]) - whole.ids.begin();
  EXPECT_LE(answer.ids.size(), static_cast<size_t>(at));
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
