// SPDX-License-Identifier: Apache-2.0
// Formats of hostile origin: what they cost has bounds, and goes as soon as it is not needed.
#include "engine/runtime/format_constraints.h"
#include "engine/runtime/grammar/gbnf.h"
#include "engine/runtime/grammar/json_schema.h"
#include "tests/support/bound_text.h"
#include "tests/support/expect_error.h"
#include "tests/unit/tokenizer_fixture.h"

#include <functional>

#include <malloc.h>

namespace lapilli {
namespace {

using Kind = ResponseFormat::Kind;

/// `count` times what `item` gives for a number, commas between them.
std::string repeated(size_t count, const std::function<std::string(size_t)>& item) {
  std::string all;
  for (size_t index = 0; index < count; ++index) all += (index == 0 ? "" : ",") + item(index);
  return all;
}

Result<Grammar> compiled(const std::string& schema) {
  return try_result([&] { return Grammar::compile(parse_json_schema(schema)).value(); });
}

// The stack ends where an item lies in the one before it.
TEST(FormatBounds, ManyFirstItemsAreNotNested) {
  const std::string items = repeated(80'000, [](size_t) { return R"({"const":1})"; });
  ASSERT_LT(items.size(), size_t{1} << 20);
  EXPECT_TRUE(compiled(R"({"minItems":80000,"prefixItems":[)" + items + "]}"));
  EXPECT_REFUSED(compiled(R"({"prefixItems":[)" + items + "]}"), ErrorCode::kInvalidArgument,
                 "80001 rules, at most 10000");
  const auto optional = compiled(R"({"minItems":2,"prefixItems":[)" +
                                 repeated(300, [](size_t) { return R"({"const":1})"; }) + "]}");
  ASSERT_TRUE(optional);
  const auto list = [](size_t length) {
    std::string text = "[";
    for (size_t index = 0; index < length; ++index) text += index == 0 ? "1" : ", 1";
    return text + "]";
  };
  for (const size_t length : {size_t{2}, size_t{3}, size_t{299}, size_t{300}})
    EXPECT_TRUE(test::allows(*optional, list(length))) << length;
  for (const size_t length : {size_t{0}, size_t{1}, size_t{301}})
    EXPECT_FALSE(test::allows(*optional, list(length))) << length;
}

// Each takes minutes or gigabytes where its cost grows with the square of its size, or with what it stands
// for.
TEST(FormatBounds, LargeSchemasAreRefusedOrReadInTime) {
  EXPECT_REFUSED(
      compiled(R"({"$defs":{)" +
               repeated(100'000, [](size_t index) { return "\"" + std::to_string(index) + "\":0"; }) +
               R"(},"type":"null"})"),
      ErrorCode::kInvalidArgument, "an object has 100000 keys, at most 5000 go");
  EXPECT_REFUSED(
      compiled(
          R"({"minItems":15000,"prefixItems":[)" +
          repeated(15'000, [](size_t) { return R"({"type":"number","minimum":-1.234567,"maximum":9e13})"; }) +
          "]}"),
      ErrorCode::kInvalidArgument, "take more than 1000000 pieces");
  const auto values = [](size_t count) {
    return repeated(count, [](size_t index) { return std::to_string(index); });
  };
  EXPECT_TRUE(compiled(R"({"enum":[)" + values(60'000) + "]}"));
  EXPECT_REFUSED(compiled(R"({"minItems":11,"prefixItems":[)" +
                          repeated(11,
                                   [&](size_t) {
                                     return R"({"items":{"enum":[)" + values(1000) +
                                            R"(]},"type":"array","uniqueItems":true})";
                                   }) +
                          "]}"),
                 ErrorCode::kInvalidArgument, "/prefixItems/10/uniqueItems: makes more than 10000 values");
}

// Two hundred alternatives of many properties, of which the last one tells them apart.
TEST(FormatBounds, AlternativesAreComparedByWhatTellsThemApart) {
  const auto alternatives = [](size_t different) {
    const std::string same =
        repeated(150, [](size_t index) { return "\"" + std::to_string(index) + R"(":{"const":0})"; });
    return R"({"oneOf":[)" +
           repeated(200,
                    [&](size_t index) {
                      const std::string last = std::to_string(std::min(index, different));
                      return R"({"required":["kind"],"properties":{"kind":{"const":)" + last + "}," + same +
                             "}}";
                    }) +
           "]}";
  };
  EXPECT_TRUE(compiled(alternatives(200)));
  EXPECT_REFUSED(compiled(alternatives(150)), ErrorCode::kInvalidArgument,
                 "/oneOf/151: a value may fit alternative 150 too");
}

TEST(FormatBounds, DetoursOfAGrammarAreGoneOnce) {
  const auto grammar = Grammar::compile(parse_gbnf(R"(root ::= ""{1}{100000} "a")"));
  ASSERT_TRUE(grammar);
  EXPECT_TRUE(test::allows(*grammar, "a"));
  EXPECT_FALSE(test::allows(*grammar, ""));
}

class ConstraintBounds : public testing::Test {
 protected:
  TokenConstraint& find(std::string grammar) {
    return *constraints_.find({.kind = Kind::kGbnf, .grammar = std::move(grammar)}, "");
  }

  const Tokenizer tokenizer_ = Tokenizer::open(test::golden_folder() / "tiny.model").value();
  FormatConstraints constraints_{tokenizer_, static_cast<uint32_t>(tokenizer_.size()), {tokenizer_.eos_id()}};
};

// Texts of 2^30 bytes.
TEST_F(ConstraintBounds, TheWayToTheEndIsNotWalkedFurtherThanTheLimit) {
  std::string grammar = "root ::= \"b\" | \"a\" r0\n";
  for (int level = 0; level < 30; ++level) {
    const std::string below = level == 29 ? "\"a\"" : "r" + std::to_string(level + 1);
    grammar += "r" + std::to_string(level) + " ::= " + below + " " + below + "\n";
  }
  TokenConstraint& constraint = find(grammar);
  EXPECT_EQ(constraint.shortest_text_tokens({}, 100), 1u);
  EXPECT_GT(constraint.shortest_text_tokens("a", 1000), 1000u);
  ConstrainedText text(constraint);
  const TokenMask& allowed = text.allowed(1000);
  for (int32_t id = 0; id < tokenizer_.size(); ++id) {
    if (tokenizer_.piece(id).ends_with('a')) {
      EXPECT_FALSE(allowed.allows(id)) << tokenizer_.piece(id);
    }
  }
  EXPECT_LT(constraint.size_bytes(), size_t{1} << 20);
}

/// Positions that are as many as there are ways to set the letter a among the last `length`.
std::string many_positions(size_t length) {
  return "root ::= .* \"a\" .{" + std::to_string(length) + "}";
}

TEST_F(ConstraintBounds, AStopRequestEndsTheSearch) {
  TokenConstraint& constraint = find(many_positions(50));
  std::stop_source source;
  source.request_stop();
  ConstrainedText text(constraint);
  EXPECT_REFUSED(try_result([&] { (void)text.allowed(100, source.get_token()); }), ErrorCode::kStopped,
                 "stopped");
  EXPECT_REFUSED(try_result([&] { (void)constraint.shortest_text_tokens({}, 100, source.get_token()); }),
                 ErrorCode::kStopped, "stopped");
  EXPECT_EQ(constraint.shortest_text_tokens({}, 100), 51u);
  (void)text.allowed(100);
}

// A long row of the letters a and b is read in as many ways as it has the letter a.
TEST_F(ConstraintBounds, WhatATextFoundOutIsForgottenWithItWhereItIsMuch) {
  TokenConstraint& constraint = find(many_positions(3000));
  const size_t much = constraint.size_bytes() + 33'700'000;
  const int32_t letters[] = {tokenizer_.find("a").value(), tokenizer_.find("b").value()};
  {
    std::mt19937 random(1);
    ConstrainedText text(constraint);
    for (int step = 0; step < 1000 && constraint.size_bytes() < much; ++step) {
      (void)text.allowed(5000);
      text.append(letters[random() % 2]);
    }
    ASSERT_GE(constraint.size_bytes(), much);
  }
  EXPECT_LT(constraint.size_bytes(), much / 8);
}

TEST_F(ConstraintBounds, FormatsThatAreKeptTakeBoundedMemory) {
  size_t sum = 0;
  for (size_t length = 40'000; length < 40'012; ++length) {
    sum += find(many_positions(length)).size_bytes();
    EXPECT_LT(constraints_.size_bytes(), size_t{150} << 20);
  }
  EXPECT_GT(sum, size_t{150} << 20) << "no test of anything";
}

// As many flags as a text may carry, against what the system says was taken.
TEST_F(ConstraintBounds, PositionsCountWhatTheyTake) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer's memory is not counted";
#endif
  const std::string values = repeated(1000, [](size_t index) { return std::to_string(1000 + index); });
  const Grammar grammar =
      compiled(R"({"type":"array","uniqueItems":true,"items":{"enum":[)" + values + "]}}").value();
  const size_t before = mallinfo2().uordblks;
  Positions positions(grammar);
  Positions::Id at = positions.start();
  for (const char byte : "[1999, 1000, 1500, 1111, 1313" + std::string()) {
    at = positions.next(at, static_cast<uint8_t>(byte));
    ASSERT_NE(at, Positions::kNone);
  }
  const auto taken = static_cast<double>(mallinfo2().uordblks - before);
  EXPECT_GT(taken, 1e5);
  EXPECT_GT(static_cast<double>(positions.size_bytes()), 0.5 * taken);
  EXPECT_LT(static_cast<double>(positions.size_bytes()), 2 * taken);
}

TEST_F(ConstraintBounds, ATextGoesOnFromWhatWasBegun) {
  const ResponseFormat format{.kind = Kind::kJsonSchema,
                              .schema = R"({"properties":{"a":{"type":"integer"},"b":{"enum":["x y","z"]}},)"
                                        R"("required":["a","b"]})"};
  TokenConstraint& constraint = *constraints_.find(format, "");
  const std::string whole = R"({"a": 17, "b": "x y"})";
  for (size_t length = 0; length <= whole.size(); ++length) {
    const std::string begun = whole.substr(0, length);
    const size_t limit = constraint.shortest_text_tokens(begun) + 3;
    const auto written = test::write_bound_text(constraint, tokenizer_, {.seed = length}, limit, begun);
    EXPECT_TRUE(test::allows(*format_grammar(format, ""), begun + written.text)) << begun + written.text;
  }
  EXPECT_EQ(constraint.shortest_text_tokens(whole), 0u);
  EXPECT_REFUSED(try_result([&] { (void)constraint.shortest_text_tokens(R"({"b)"); }),
                 ErrorCode::kInvalidArgument, "does not have the format's form");
}

TEST(FormatBounds, WhatBeginsInTooManyWaysIsRefusedBeforeItIsUsed) {
  const std::string values = repeated(5000, [](size_t index) { return std::to_string(index); });
  EXPECT_REFUSED(check_format({.kind = Kind::kJsonSchema, .schema = R"({"enum":[)" + values + "]}"}),
                 ErrorCode::kInvalidArgument,
                 "/schema: the grammar can read one text in more than 4096 ways");
}

}  // namespace
}  // namespace lapilli
