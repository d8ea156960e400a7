// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/response_format.h"

#include "engine/runtime/format_constraints.h"
#include "tests/support/bound_text.h"
#include "tests/support/expect_error.h"
#include "tests/unit/tokenizer_fixture.h"

#include <regex>
#include <set>

namespace lapilli {
namespace {

using Kind = ResponseFormat::Kind;
using Type = ResponseFormat::Field::Type;

ResponseFormat format(std::string_view source) {
  return parse_response_format(source).value();
}

TEST(ResponseFormat, EveryFormGoesIntoJsonAndBack) {
  const std::vector<ResponseFormat> formats = {
      {},
      {.kind = Kind::kOption, .unanswerable = true},
      {.kind = Kind::kWords, .count = 3},
      {.kind = Kind::kList},
      {.kind = Kind::kList, .count = 4},
      {.kind = Kind::kTags, .items = {"red", "dark blue", "紅"}},
      {.kind = Kind::kJsonFields,
       .fields =
           {{"name"}, {"age", Type::kInteger}, {"kind", Type::kChoice, {"a", "b"}}, {"all", Type::kList}}},
      {.kind = Kind::kJsonSchema, .schema = R"({"type":"object","properties":{"z":{},"a":{}}})"},
      {.kind = Kind::kGbnf, .grammar = "root ::= \"a\"\n"}};
  for (const ResponseFormat& one : formats) {
    const std::string form = to_json(one).dump();
    EXPECT_EQ(format(form), one) << form;
  }
  EXPECT_EQ(to_json(format(R"({"kind":"words","count":2})")).dump(), R"({"kind":"words","count":2})");
  // A schema's properties keep their order.
  EXPECT_EQ(format(R"({"kind":"json_schema","schema":{"b":1,"a":2}})").schema, R"({"b":1,"a":2})");
}

TEST(ResponseFormat, WhatIsNoFormIsRefusedWithItsPlace) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"[]", "no JSON object"},
      {"{}", "needs kind"},
      {R"({"kind":"song"})", "/kind: is \"song\", expected one of free, short"},
      {R"({"kind":7})", "/kind"},
      {R"({"kind":"words"})", "needs count"},
      {R"({"kind":"words","count":0})", "/count: is 0, expected 1 to 100"},
      {R"({"kind":"list","count":1.5})", "/count"},
      {R"({"kind":"short","count":1})", "/count: has no use here"},
      {R"({"kind":"tags","items":[]})", "/items"},
      {R"({"kind":"tags","items":["a","a"]})", "/items/1: is \"a\" once more"},
      {R"({"kind":"tags","items":["a, b"]})", "/items/0: holds a comma"},
      {R"({"kind":"tags","items":["a\nb"]})", "/items/0: holds a line break"},
      {R"({"kind":"json_fields","fields":[{"type":"text"}]})", "/fields/0: has no name"},
      {R"({"kind":"json_fields","fields":[{"name":"a"},{"name":"a"}]})", "/fields/1/name"},
      {R"({"kind":"json_fields","fields":[{"name":"a","type":"date"}]})", "/fields/0/type"},
      {R"({"kind":"json_fields","fields":[{"name":"a","type":"choice"}]})", "/fields/0: has no values"},
      {R"({"kind":"json_fields","fields":[{"name":"a","values":["b"]}]})", "/fields/0/values: has no use"},
      {R"({"kind":"gbnf","grammar":["root"]})", "/grammar: is no string"},
      {R"({"kind":"free","unanswerable":"yes"})", "/unanswerable"},
      {R"({"kind":"free","kind":"free"})", "appears twice"},
      {"{\"kind\":\"free\"", "too early"}};
  for (const auto& [form, words] : cases)
    EXPECT_REFUSED(parse_response_format(form), ErrorCode::kInvalidArgument, words);
  EXPECT_REFUSED(
      check_format(
          format(R"({"kind":"json_schema","schema":{"type":"object","properties":{"a":{"type":"text"}}}})")),
      ErrorCode::kInvalidArgument, "/schema: /properties/a/type: there is no type \"text\"");
  EXPECT_REFUSED(check_format(format(R"({"kind":"gbnf","grammar":"root ::= \"a\"\n  b"})")),
                 ErrorCode::kInvalidArgument, "/grammar: line 2, column 4");
}

// The sentences of the paper's tables 7 and 8, and of the training data.
TEST(ResponseFormat, TheQuestionAsksForTheForm) {
  const auto asked = [](std::string_view form, std::string_view question) {
    return question_with_format(format(form), question);
  };
  EXPECT_EQ(asked(R"({"kind":"free"})", "What?"), "What?");
  EXPECT_EQ(asked(R"({"kind":"short"})", "What?"),
            "What?\nAnswer the question using a single word or phrase.");
  EXPECT_EQ(asked(R"({"kind":"option"})", "Which?\nA. cat\nB. dog"),
            "Which?\nA. cat\nB. dog\nAnswer with the option's letter from the given choices directly.");
  EXPECT_EQ(asked(R"({"kind":"sentence"})", ""), "Provide a one-sentence caption for the provided image.");
  EXPECT_EQ(asked(R"({"kind":"short","unanswerable":true})", "What?"),
            "What?\nWhen the provided information is insufficient, respond with 'Unanswerable'.\n"
            "Answer the question using a single word or phrase.");
  EXPECT_EQ(asked(R"({"kind":"region"})", "[0.32, 0.8, 0.59, 1.0]."),
            "Please provide a short description for this region: [0.32, 0.8, 0.59, 1.0].");
  EXPECT_EQ(asked(R"({"kind":"box"})", "<image>\nBathroom floor is dark tiles."),
            "<image>\nPlease provide the bounding box coordinate of the region this sentence describes: "
            "Bathroom floor is dark tiles.");
  EXPECT_THAT(asked(R"({"kind":"json_fields","fields":[{"name":"class"},{"name":"DOB"}]})", "Read it."),
              testing::HasSubstr("(note xxx is placeholder): {\"class\": xxx, \"DOB\": xxx}"));
}

TEST(ResponseFormat, OptionsAreFoundInTheQuestion) {
  EXPECT_EQ(option_letters("Which?\nA. cat\nB. dog\nC: bird"), "ABC");
  EXPECT_EQ(option_letters("(A) cat\n(B) dog\nB. dog"), "AB");
  EXPECT_EQ(option_letters("A cat?\nI think"), "");
}

/// Texts of a format, with little and with much room, cold and hot.
std::vector<std::string> written(const std::string& form, const std::string& question = {}) {
  const Tokenizer tokenizer = Tokenizer::open(test::golden_folder() / "tiny.model").value();
  FormatConstraints constraints(tokenizer, static_cast<uint32_t>(tokenizer.size()), {tokenizer.eos_id()});
  TokenConstraint& constraint = *constraints.find(format(form), question);
  std::vector<std::string> texts;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const SamplingOptions sampling{.temperature = static_cast<float>(seed % 4) / 2, .seed = seed};
    const size_t limit = constraint.shortest_text_tokens() + seed;
    texts.push_back(test::write_bound_text(constraint, tokenizer, sampling, limit).text);
  }
  return texts;
}

void expect_all_match(const std::vector<std::string>& texts, const std::string& pattern) {
  const std::regex expected(pattern);
  for (const std::string& text : texts)
    EXPECT_TRUE(std::regex_match(text, expected)) << pattern << ": " << text;
}

TEST(WrittenFormats, HaveTheirForm) {
  const std::string word = "[^\\s]+";
  const std::string words = word + "( " + word + ")*";
  expect_all_match(written(R"({"kind":"yes_no"})"), "Yes|No");
  expect_all_match(written(R"({"kind":"yes_no","unanswerable":true})"), "Yes|No|Unanswerable");
  expect_all_match(written(R"({"kind":"short"})"), words);
  expect_all_match(written(R"({"kind":"words","count":3})"), word + " " + word + " " + word);
  expect_all_match(written(R"({"kind":"option"})"), "[A-Z]");
  expect_all_match(written(R"({"kind":"option"})", "What?\nA. cat\nB. dog"), "[AB]");
  expect_all_match(written(R"({"kind":"list","count":2})"), "- " + words + "\n- " + words);
  const std::string number = "(1\\.0|0\\.[0-9][1-9]?)";
  expect_all_match(written(R"({"kind":"box"})"),
                   "\\[" + number + ", " + number + ", " + number + ", " + number + "\\]");
}

TEST(WrittenFormats, TagsComeFromTheListAndNoneTwice) {
  const std::set<std::string> items = {"red", "green", "dark green", "紅"};
  size_t most = 0;
  for (const std::string& text : written(R"({"kind":"tags","items":["red","green","dark green","紅"]})")) {
    std::set<std::string> seen;
    for (size_t at = 0; at <= text.size();) {
      const size_t end = std::min(text.find(", ", at), text.size());
      const std::string tag = text.substr(at, end - at);
      EXPECT_TRUE(items.contains(tag)) << text;
      EXPECT_TRUE(seen.insert(tag).second) << text;
      at = end + 2;
    }
    most = std::max(most, seen.size());
  }
  EXPECT_EQ(most, items.size());
}

}  // namespace
}  // namespace lapilli
