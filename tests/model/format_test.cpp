// SPDX-License-Identifier: Apache-2.0
// Answers of a given form, from a model that knows nothing.
#include "tests/model/chat_fixture.h"
#include "tests/support/schema_validator.h"

#include <algorithm>
#include <map>
#include <regex>

namespace lapilli::test {
namespace {

using nlohmann::json;
using Kind = ResponseFormat::Kind;

class FormatTest : public ChatTest {
 protected:
  static AnswerRequest formatted(ResponseFormat format, uint32_t max_tokens) {
    AnswerRequest result = request({user("what is this")}, {}, max_tokens);
    result.generation.ignore_end = false;
    result.generation.format = std::move(format);
    return result;
  }
};

TEST_F(FormatTest, EverySamplingKeepsTheForm) {
  Engine engine = open();
  const std::regex words("[^\\s]+ [^\\s]+");
  for (uint64_t seed = 0; seed < 30; ++seed) {
    AnswerRequest wanted = formatted({.kind = Kind::kWords, .count = 2}, static_cast<uint32_t>(6 + seed));
    wanted.generation.sampling = {.temperature = static_cast<float>(seed % 5) * 0.4f,
                                  .top_k = seed % 3 == 0 ? 5 : 0,
                                  .top_p = seed % 4 == 0 ? 0.5f : 1,
                                  .repetition_penalty = seed % 2 == 0 ? 1 : 1.5f,
                                  .seed = seed};
    Heard heard;
    const Answer answer = engine.answer(wanted, heard.sink()).value();
    EXPECT_TRUE(std::regex_match(answer.text, words)) << answer.text;
    EXPECT_EQ(heard.text(), answer.text);
    EXPECT_LE(answer.ids.size(), wanted.generation.max_tokens);
  }
}

TEST_F(FormatTest, AnAnswerThatIsCompleteEndsAtOnce) {
  Engine engine = open();
  const Answer answer = engine.answer(formatted({.kind = Kind::kYesNo}, 50)).value();
  EXPECT_TRUE(answer.text == "Yes" || answer.text == "No") << answer.text;
  EXPECT_EQ(answer.reason, StopReason::kEnd);
}

TEST_F(FormatTest, TheQuestionAsksForTheFormAndTheHistoryDoesNot) {
  Engine engine = open();
  const Answer bare = engine.answer(formatted({}, 1)).value();
  const Answer asked = engine.answer(formatted({.kind = Kind::kShort}, 8)).value();
  const auto sentence =
      engine.tokenizer()->encode_plain("\nAnswer the question using a single word or phrase.").size();
  EXPECT_NEAR(static_cast<double>(asked.prompt_tokens - bare.prompt_tokens), static_cast<double>(sentence),
              2);
}

TEST_F(FormatTest, WhatCannotFitIsRefusedBeforeItBegins) {
  Engine engine = open(256);
  const ResponseFormat fixed{.kind = Kind::kGbnf, .grammar = "root ::= [xyz]{60}"};
  const auto refused = engine.answer(formatted(fixed, 5));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_NE(refused.error().message().find("tokens, the limit is 5"), std::string::npos);
  const ResponseFormat longer{.kind = Kind::kGbnf, .grammar = "root ::= [xyz]{250}"};
  const auto full = engine.answer(formatted(longer, 500));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code(), ErrorCode::kContextFull);
}

TEST_F(FormatTest, AnAnswerThatWasBegunGoesOnInItsForm) {
  Engine engine = open();
  const std::string schema =
      R"({"properties":{"count":{"type":"integer"},"kind":{"enum":["a b","c"]}},"required":["count","kind"]})";
  AnswerRequest wanted = formatted({.kind = Kind::kJsonSchema, .schema = schema}, 60);
  wanted.generation.sampling = {.temperature = 1, .seed = 5};
  const std::string whole = engine.answer(wanted).value().text;
  for (size_t length = 0; length <= whole.size(); length += length + 4 < whole.size() ? 4 : 1) {
    wanted.begun = whole.substr(0, length);
    Heard heard;
    const Answer rest = engine.answer(wanted, heard.sink()).value();
    EXPECT_EQ(heard.text(), rest.text);
    json value;
    ASSERT_NO_THROW(value = json::parse(wanted.begun + rest.text)) << wanted.begun << "+" << rest.text;
    EXPECT_EQ(schema_violation(json::parse(schema), value), "") << wanted.begun << "+" << rest.text;
  }
  wanted.begun = "{\"kind";
  const auto refused = engine.answer(wanted);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_NE(refused.error().message().find("does not have the format's form"), std::string::npos);
}

TEST_F(FormatTest, AFullContextLeavesAWholeAnswer) {
  Engine engine = open(128);
  AnswerRequest wanted = formatted({.kind = Kind::kGbnf, .grammar = "root ::= \"<\" [a-z ]* \">\""}, 5000);
  wanted.generation.sampling = {.temperature = 1.5f, .seed = 3};
  const Answer answer = engine.answer(wanted).value();
  EXPECT_TRUE(std::regex_match(answer.text, std::regex("<[a-z ]*>"))) << answer.text;
}

TEST_F(FormatTest, LanesGiveWhatAnAnswerAloneGives) {
  std::vector<AnswerRequest> requests;
  const std::vector<std::string> all = all_schemas();
  for (size_t index = 0; index < 8; ++index) {
    requests.push_back(formatted({.kind = Kind::kJsonSchema, .schema = all[index * 5]}, 90));
    requests.back().generation.sampling = {.temperature = 0.2f * static_cast<float>(index), .seed = index};
  }
  requests[3].generation.format = {};  // free text beside the others
  requests[5].generation.format = {.kind = Kind::kGbnf, .grammar = "root ::="};  // and one that is empty
  requests[6].generation.format = {.kind = Kind::kGbnf, .grammar = "nonsense"};
  EngineOptions open_options = options({});
  open_options.lanes = 3;
  Engine many = Engine::open(open_options, small_model()).value();
  std::map<size_t, std::string> together;
  ASSERT_TRUE(many.answer_all(requests, [&](size_t index, Result<Answer> answer) {
    together[index] = answer ? answer->text : answer.error().message();
  }));
  Engine one = open();
  for (size_t index = 0; index < requests.size(); ++index) {
    const auto alone = one.answer(requests[index]);
    EXPECT_EQ(together.at(index), alone ? alone->text : alone.error().message()) << index;
  }
}

// A thousand answers in 43 forms from random weights, the worst case.
TEST_F(FormatTest, AThousandAnswersParseAndValidate) {
  const std::vector<std::string> all = all_schemas();
  std::vector<AnswerRequest> requests;
  for (size_t index = 0; index < 1000; ++index) {
    requests.push_back(formatted({.kind = Kind::kJsonSchema, .schema = all[index % all.size()]}, 400));
    requests.back().generation.sampling = {.temperature = static_cast<float>(index % 16) / 10, .seed = index};
    requests.back().generation.max_tokens = static_cast<uint32_t>(140 + index % 60);
  }
  EngineOptions open_options = options({});
  open_options.lanes = 16;
  open_options.context = 512;
  Engine engine = Engine::open(open_options, small_model({.context = 512})).value();
  size_t good = 0, at_limit = 0, tokens = 0;
  ASSERT_TRUE(engine.answer_all(requests, [&](size_t index, Result<Answer> answer) {
    ASSERT_TRUE(answer) << answer.error().what();
    tokens += answer->ids.size();
    if (answer->reason == StopReason::kMaxTokens) ++at_limit;
    const std::string& schema = requests[index].generation.format.schema;
    const json value = json::parse(answer->text, nullptr, false);
    ASSERT_FALSE(value.is_discarded()) << schema << "\n" << answer->text;
    const std::string fault = schema_violation(json::parse(schema), value);
    EXPECT_EQ(fault, "") << schema << "\n" << answer->text;
    if (fault.empty()) ++good;
  }));
  std::printf("%zu of 1000 parse and validate; %zu at the limit; %zu tokens\n", good, at_limit, tokens);
  EXPECT_EQ(good, 1000u);
}

}  // namespace
}  // namespace lapilli::test
