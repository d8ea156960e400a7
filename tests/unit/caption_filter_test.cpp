// SPDX-License-Identifier: Apache-2.0
#include "app/captions/filter.h"

#include <gtest/gtest.h>

#include <cctype>

namespace lapilli::captions {
namespace {

std::string folded(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

struct Picture final : FilterSubject {
  std::string caption = {}, before = {}, path = {}, model = {}, more = {}, day = {};
  std::vector<std::string> its_tags = {};
  FilterState state = FilterState::kWaiting;
  std::optional<double> size = {}, rating = {};

  std::string text(FilterText what) const override {
    const std::string name = path.substr(path.rfind('/') + 1);
    switch (what) {
      case FilterText::kCaption:
        return folded(caption);
      case FilterText::kBefore:
        return folded(before);
      case FilterText::kName:
        return folded(name);
      case FilterText::kPath:
        return folded(path);
      case FilterText::kFolder:
        return folded(path.substr(0, path.size() > name.size() ? path.size() - name.size() - 1 : 0));
      case FilterText::kTag:
        return {};
      case FilterText::kModel:
        return folded(model);
      case FilterText::kAny:
        return folded(more);
    }
    return {};
  }
  std::vector<std::string> tags() const override {
    std::vector<std::string> all;
    for (const std::string& tag : its_tags) all.push_back(folded(tag));
    return all;
  }
  bool is(FilterState asked) const override { return asked == state; }
  std::optional<double> number(FilterNumber what) const override {
    return what == FilterNumber::kRating ? rating : size;
  }
  std::string date() const override { return day; }
};

/// A picture that has everything.
Picture orange_cat() {
  Picture made;
  made.caption = "An Orange cat, it's asleep (again), sofa";
  made.its_tags = {"Orange cat", "cat food", "sofa"};
  made.before = "a dog";
  made.path = "Trip/Day 1/IMG_0042.jpg";
  made.model = "llava-v1.5-7b";
  made.more = "mood: calm";
  made.day = "2024-05-17";
  made.state = FilterState::kDone;
  made.size = 2'500'000;
  made.rating = 3;
  return made;
}

bool lets_through(std::string_view filter, const Picture& picture = orange_cat()) {
  const ParsedFilter parsed = Filter::parse(filter, folded);
  EXPECT_FALSE(parsed.problem) << filter;
  return parsed.filter.matches(picture);
}

TEST(CaptionFilter, TermsAreLookedForInTextsAndPath) {
  for (const char* filter :
       {"", "  ", "cat", "CAT", "orange cat", "\"orange cat\"", "'orange cat'", "img_0042", "day", "calm",
        "dog", "o*cat", "c?t", "\"it's\"", "'it\\'s'", "it's", "\"(again)\"", "\"a*cat\"", "\"Day 1\""})
    EXPECT_TRUE(lets_through(filter)) << filter;
  for (const char* filter : {"horse", "\"cat orange\"", "c??t", "\"o\\*cat\"", "cat horse", "\"cat\\\\\""})
    EXPECT_FALSE(lets_through(filter)) << filter;
}

TEST(CaptionFilter, NotBindsClosestThenAndThenOr) {
  EXPECT_TRUE(lets_through("cat AND orange"));
  EXPECT_TRUE(lets_through("horse OR cat"));
  EXPECT_TRUE(lets_through("NOT horse"));
  EXPECT_TRUE(lets_through("not not cat"));
  EXPECT_FALSE(lets_through("NOT cat"));
  EXPECT_TRUE(lets_through("cat OR horse AND cow"));
  EXPECT_FALSE(lets_through("(cat OR horse) AND cow"));
  EXPECT_FALSE(lets_through("(cat or horse) cow"));
  EXPECT_TRUE(lets_through("NOT cow cat"));
  EXPECT_TRUE(lets_through("NOT (cow AND cat)"));
  EXPECT_FALSE(lets_through("NOT cat OR NOT orange"));
  EXPECT_TRUE(lets_through("((cat)(orange))"));
  EXPECT_TRUE(lets_through("\"or\" OR \"not\" OR cat"));
  EXPECT_TRUE(lets_through("orange"));  // begins with an operator
}

TEST(CaptionFilter, KeysSayWhere) {
  for (const char* filter : {"caption:cat",
                             "Caption:\"orange cat\"",
                             "caption: cat",
                             "before:dog",
                             "name:img_*.jpg",
                             "name:0042",
                             "path:trip",
                             "path:trip/*/img",
                             "folder:\"trip/day 1\"",
                             "folder:trip*",
                             "tag:sofa",
                             "tags:sofa",
                             "tag:*cat",
                             "tag:s?fa",
                             "tag:\"orange CAT\"",
                             "tag:'cat food'",
                             "model:llava*",
                             "model:LLaVA-v1.5-7b",
                             "state:done",
                             "state:DONE"})
    EXPECT_TRUE(lets_through(filter)) << filter;
  for (const char* filter : {"caption:dog", "before:cat", "name:trip", "folder:trip", "tag:cat", "tag:sof",
                             "tag:food", "tag:\"cat  food\"", "model:llava", "state:failed", "caption:calm"})
    EXPECT_FALSE(lets_through(filter)) << filter;
}

TEST(CaptionFilter, CountsAreCompared) {
  for (const char* filter :
       {"words:7",        "words:=7",        "words:==7",   "words:!=5",        "words:>6",
        "words:>=7",      "words:<8",        "words:<=7",   "words:> 6",        "chars:40",
        "tags:3",         "tags:>2",         "tags:!=0",    "size:>2MB",        "size:<2.4MiB",
        "size:2500000",   "size:>=2500k",    "rating:3",    "rating:>=3",       "date:2024",
        "date:2024-05",   "date:2024-05-17", "date:>=2024", "date:>2024-05-16", "date:<2024-06",
        "date:<=2024-05", "date:!=2023"})
    EXPECT_TRUE(lets_through(filter)) << filter;
  for (const char* filter : {"words:>7", "words:<7", "tags:2", "size:<2MB", "size:>1GB", "rating:>3",
                             "date:2023", "date:>2024", "date:<2024-05-17", "date:>2024-05"})
    EXPECT_FALSE(lets_through(filter)) << filter;
}

TEST(CaptionFilter, WhatIsNotKnownIsNotLetThrough) {
  Picture unknown = orange_cat();
  unknown.size.reset();
  unknown.rating.reset();
  unknown.day.clear();
  for (const char* filter : {"size:>0", "size:<1GB", "rating:<6", "date:>=0000"})
    EXPECT_FALSE(lets_through(filter, unknown)) << filter;
  for (const char* filter :
       {"size:>0", "rating:1", "date:2024", "cat AND NOT (dog OR size:>1)", "rating:1 words:>5"})
    EXPECT_TRUE(Filter::parse(filter, folded).filter.needs_facts()) << filter;
  for (const char* filter : {"cat", "words:>5", "tags:1", "state:done", "\"size:>0\""})
    EXPECT_FALSE(Filter::parse(filter, folded).filter.needs_facts()) << filter;
}

TEST(CaptionFilter, ChineseIsUnderstood) {
  Picture chinese;
  chinese.caption = "一只橙色的猫，沙发";
  chinese.its_tags = {"橙色的猫", "沙发"};
  EXPECT_TRUE(lets_through("橙色", chinese));
  EXPECT_TRUE(lets_through("一?橙", chinese));
  EXPECT_FALSE(lets_through("一??橙", chinese));
  EXPECT_TRUE(lets_through("tag:沙发", chinese));
  EXPECT_TRUE(lets_through("tags:2", chinese));
  EXPECT_TRUE(lets_through("chars:9", chinese));
  EXPECT_EQ(count_words("一只橙色的猫，沙发"), 8u);
  EXPECT_EQ(count_words("two Wörter 猫 und\tmore"), 5u);
  EXPECT_EQ(count_words(" "), 0u);
  EXPECT_EQ(count_words("한국어 단어"), 2u);
}

TEST(CaptionFilter, ABadFilterTellsItsPlace) {
  using Kind = FilterProblem::Kind;
  const auto expect = [](std::string_view filter, Kind kind, size_t at, std::string_view word) {
    const ParsedFilter parsed = Filter::parse(filter, folded);
    ASSERT_TRUE(parsed.problem) << filter;
    EXPECT_EQ(parsed.problem->kind, kind) << filter;
    EXPECT_EQ(parsed.problem->at, at) << filter;
    EXPECT_EQ(parsed.problem->word, word) << filter;
    EXPECT_TRUE(parsed.filter.matches(Picture())) << filter;
  };
  expect("cat foo:bar", Kind::kUnknownKey, 4, "foo:");
  expect("cat state:odd", Kind::kUnknownState, 10, "odd");
  expect("a caption:", Kind::kNoValue, 2, "caption:");
  expect("(caption:)", Kind::kNoValue, 1, "caption:");
  expect("words:>many", Kind::kNoNumber, 6, ">many");
  expect("words:5x", Kind::kNoNumber, 6, "5x");
  expect("size:>2XB", Kind::kNoSize, 5, ">2XB");
  expect("date:>2024-13", Kind::kNoDate, 5, ">2024-13");
  expect("date:soon", Kind::kNoDate, 5, "soon");
  expect("a \"b c", Kind::kOpenQuote, 2, "\"");
  expect("(a (b)", Kind::kOpenBracket, 0, "(");
  expect("a) b", Kind::kClosedBracket, 1, ")");
  expect(")", Kind::kClosedBracket, 0, ")");
  expect("AND a", Kind::kNothingBeside, 0, "AND");
  expect("a or", Kind::kNothingBeside, 2, "or");
  expect("a AND OR b", Kind::kNothingBeside, 6, "OR");
  expect("(a not)", Kind::kNothingBeside, 3, "not");
  expect("a ( )", Kind::kNothingBeside, 2, "( )");
  expect(std::string(1000, '('), Kind::kTooDeep, 50, "(");
}

TEST(CaptionFilter, AnyTextIsReadWithoutHarm) {
  const std::string_view kBytes =
      "(\")'\\*? \xe4\xff"
      "aORnot:<=9-";
  uint64_t state = 1;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int length = round % 40; length > 0; --length) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      text += kBytes[(state >> 33) % kBytes.size()];
    }
    const ParsedFilter parsed = Filter::parse(text, folded);
    if (parsed.problem) {
      EXPECT_LE(parsed.problem->at + parsed.problem->word.size(), text.size()) << text;
    }
    static_cast<void>(parsed.filter.matches(orange_cat()));
    Picture odd;
    odd.caption = text;
    static_cast<void>(lets_through("words:>2 OR tags:1 OR *a?b*", odd));
  }
}

}  // namespace
}  // namespace lapilli::captions
