// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/gbnf.h"

#include "engine/runtime/grammar/character_source.h"
#include "tests/support/bound_text.h"
#include "tests/support/expect_error.h"
#include "tests/support/mutations.h"

#include <functional>
#include <regex>

namespace lapilli {
namespace {

Result<Grammar> compiled(std::string_view source) {
  return try_result([&] { return Grammar::compile(parse_gbnf(source)).value(); });
}

/// What a grammar allows and what not.
struct Case {
  const char* grammar;
  std::vector<std::string> good, bad;
};

const std::vector<Case> kCases = {
    {"root ::= \"yes\" | \"no\"", {"yes", "no"}, {"", "ye", "yesno", "YES"}},
    {"root ::= [a-c]+ \"-\" [^a-c]?", {"a-", "abc-x", "b-é", "c-\n"}, {"-", "a", "a-b", "d-"}},
    {"root ::= \"a\"{2,3} \"b\"{2} \"c\"{2,} \"d\"{,1}",
     {"aabbcc", "aaabbccccd"},
     {"abbcc", "aabbc", "aaaabbcc", "aabbccdd"}},
    {"# a list\nroot ::= item (\",\" item)* # of items\nitem ::=\n  [0-9]+ |\n  \"x\"\n  | \"y\"\n",
     {"1", "12,x,y"},
     {"", ",", "1,", "xy"}},
    {"root ::= (\n  \"a\"\n  \"b\" )* \"\\n\" \"\\x41\\u00e9\\U0001F600\\\"\\\\\"",
     {"\nAé😀\"\\", "abab\nAé😀\"\\"},
     {"a\nAé😀\"\\"}},
    {"root ::= .. \"!\"", {"ab!", "é😀!", "\n\n!"}, {"a!", "abc!", "\xc3!!"}},
    {"root ::= [\\]\\-^a]+", {"]-^a"}, {"b", "\\"}},
    {"root ::= [\\u4e00-\\u9fff]{2} [^\\x00-\\U0010ff00]", {"世界\U0010ffff"}, {"世界a", "世"}},
    // The same text in many ways.
    {"root ::= a b?\na ::= \"x\"* \"y\"?\nb ::= \"x\"* \"y\"", {"", "xxxy", "xxyxy", "y"}, {"yxyx", "z"}},
    // Recursion on the left is refused, on both other sides it nests.
    {"root ::= \"(\" root \")\" | \"()\" root | \"\"",
     {"", "()", "(())", "()()", "()((()))"},
     {"(", "())", ")("}},
    {"root ::= none* \"a\" none\nnone ::= \"\" | \"b\"", {"a", "bba", "ab"}, {"", "abb"}},
};

TEST(Gbnf, AllowsWhatItsTextsAre) {
  for (const Case& one : kCases) {
    const auto grammar = compiled(one.grammar);
    ASSERT_TRUE(grammar) << one.grammar << ": " << grammar.error().what();
    for (const auto& text : one.good)
      EXPECT_TRUE(test::allows(*grammar, text)) << one.grammar << ": " << text;
    for (const auto& text : one.bad)
      EXPECT_FALSE(test::allows(*grammar, text)) << one.grammar << ": " << text;
  }
}

TEST(Gbnf, RefusesWithLineAndColumn) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"", "line 1, column 1: the grammar has no rule named root"},
      {"roots ::= \"a\"", "no rule named root"},
      {"root ::= \"a\" other\n", "line 1, column 14: there is no rule named other"},
      {"root ::= \"a\"\nroot ::= \"b\"", "line 2, column 1: there is a rule named root already"},
      {"root := \"a\"", "line 1, column 6: found ':', expected ::= after root"},
      {"root ::= \"a", "line 1, column 10: what begins here does not end"},
      {"root ::= \"é\" [ab", "line 1, column 14: what begins here does not end"},
      {"root ::= (\"a\"", "line 1, column 14: found the end, expected )"},
      {"root ::= \"a\")", "line 1, column 13: found ')'"},
      {"root ::= [b-a]", "line 1, column 11: the range's first"},
      {"root ::= []", "line 1, column 10: no character is in this class"},
      {"root ::= \"\\q\"", "line 1, column 11: there is no such escape"},
      {"root ::= \"\\x4\"", "line 1, column 11: \\x needs 2"},
      {"root ::= \"\\ud800\"", "\\u needs 4 hexadecimal digits of a character"},
      {"root ::= \"a\"{3,2}", "line 1, column 13: the most, 2, is below the least, 3"},
      {"root ::= \"a\"{x}", "line 1, column 13: expected {m}"},
      {"root ::= \"a\"{9999999}", "over 100000"},
      {"root ::= root \"a\" | \"b\"", "line 1, column 1: root leads to itself before it reads anything"},
      {"root ::= a\na ::= b? c\nb ::= \"x\"\nc ::= a \"y\" | \"z\"", "leads to itself"},
      {"root ::= (a)*\na ::= \"\" | a", "leads to itself"},
      {"root ::= a\na ::= \"x\" a", "line 2, column 1: a can never end"},
      {"root ::= \"a\"{1000}{1000}", "more than 500000 states"},
      {"root ::= \"\"{99999}{99999}", "more than 500000 states"},
      {"root ::= *", "found '*'"},
      {"root ::= \"\xff\"", "not valid UTF-8"}};
  for (const auto& [source, words] : cases)
    EXPECT_REFUSED(compiled(source), ErrorCode::kInvalidArgument, words);
  std::string deep = "root ::= ";
  deep += std::string(100, '(') + "\"a\"" + std::string(100, ')');
  EXPECT_REFUSED(compiled(deep), ErrorCode::kInvalidArgument, "nested deeper");
  EXPECT_REFUSED(compiled("root ::= \"a\"" + std::string(60'000, '?')), ErrorCode::kInvalidArgument,
                 "more than 64 marks repeat one item");
  EXPECT_REFUSED(compiled(std::string(70'000, '#')), ErrorCode::kInvalidArgument, "70000 bytes");
}

// Each code point of a class, and none beside it, for classes around the lengths of UTF-8.
TEST(Gbnf, ClassesHoldTheirCodePoints) {
  std::mt19937 random(3);
  for (int round = 0; round < 40; ++round) {
    std::vector<uint32_t> borders;
    for (int i = 0; i < 4; ++i) {
      const uint32_t near[] = {0x7F, 0x7FF, 0xFFF, 0xFFFF, 0x3FFFF, 0xD7FF, 0x10FFFF};
      const auto far = static_cast<uint32_t>(random() % 0x110000);
      borders.push_back(
          random() % 2 == 0 ? far : std::min<uint32_t>(near[random() % 7] + random() % 130, 0x10FFFF));
    }
    std::sort(borders.begin(), borders.end());
    const std::vector<CodePoints> set = {{borders[0], borders[1]}, {borders[2], borders[3]}};
    GrammarRules rules;
    rules.rules.push_back({"root", "", characters(set)});
    const Grammar grammar = Grammar::compile(rules).value();
    for (int probe = 0; probe < 200; ++probe) {
      const uint32_t base = probe % 2 == 0 ? borders[random() % 4] : random() % 0x110000;
      const uint32_t code = std::min<uint32_t>(base + random() % 3, 0x10FFFF);
      if (code >= 0xD800 && code <= 0xDFFF) continue;
      const std::string bytes = utf8_of(code);
      const bool inside =
          (borders[0] <= code && code <= borders[1]) || (borders[2] <= code && code <= borders[3]);
      EXPECT_EQ(test::allows(grammar, bytes), inside) << std::hex << code;
    }
  }
}

// Random expressions over a and b against the library's regular expressions.
TEST(Gbnf, AgreesWithRegularExpressions) {
  std::mt19937 random(11);
  const std::function<std::pair<std::string, std::string>(int)> make = [&](int depth) {
    const auto [gbnf, regex] =
        depth == 0 ? std::pair<std::string, std::string>("\"a\"", "a") : make(depth - 1);
    const auto other = depth == 0 ? std::pair<std::string, std::string>("[ab]", "[ab]") : make(depth - 1);
    switch (random() % 7) {
      case 0:
        return std::pair(gbnf, regex);
      case 1:
        return std::pair("(" + gbnf + " | " + other.first + ")", "(" + regex + "|" + other.second + ")");
      case 2:
        return std::pair("(" + gbnf + ")*", "(" + regex + ")*");
      case 3:
        return std::pair("(" + gbnf + ")?", "(" + regex + ")?");
      case 4:
        return std::pair("(" + gbnf + "){1,2}", "(" + regex + "){1,2}");
      default:
        return std::pair(gbnf + " " + other.first, regex + other.second);
    }
  };
  for (int round = 0; round < 60; ++round) {
    const auto [gbnf, regex] = make(2);
    const auto grammar = compiled("root ::= " + gbnf);
    ASSERT_TRUE(grammar) << gbnf << grammar.error().what();
    const std::regex expected(regex);
    for (int text = 0; text < 63; ++text) {
      std::string bytes;  // the binary digits behind the first: every text of up to five letters
      for (int bits = text + 1; bits > 1; bits /= 2) bytes += "ab"[bits % 2];
      EXPECT_EQ(test::allows(*grammar, bytes), std::regex_match(bytes, expected)) << gbnf << ": " << bytes;
    }
  }
}

TEST(Gbnf, DamagedGrammarsAreRefusedOrRead) {
  size_t read = 0;
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    const auto grammar = compiled(test::Mutator(seed)(kCases[seed % kCases.size()].grammar));
    if (grammar) ++read;
    if (!grammar) {
      EXPECT_EQ(grammar.error().code(), ErrorCode::kInvalidArgument) << grammar.error().what();
    }
  }
  EXPECT_GT(read, 100u);
}

}  // namespace
}  // namespace lapilli
