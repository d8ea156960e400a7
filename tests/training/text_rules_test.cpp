// SPDX-License-Identifier: Apache-2.0
#include "training/text_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lapilli::training {
namespace {

using testing::ElementsAre;

TEST(TextRules, StripTakesPythonsSpaces) {
  EXPECT_EQ(strip(""), "");
  EXPECT_EQ(strip(" \t\n\v\f\r"), "");
  EXPECT_EQ(strip("\x1c\x1d\x1e\x1f a \u0085"), "a");
  EXPECT_EQ(strip("\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000x\u3000"), "x");
  EXPECT_EQ(strip("\u200bx\u180e"), "\u200bx\u180e");  // not spaces to Python
  EXPECT_EQ(strip(" é "), "é");
  EXPECT_EQ(strip("\x80\x80 "), "\x80\x80");
}

TEST(TextRules, CountsWords) {
  EXPECT_EQ(count_words(""), 0u);
  EXPECT_EQ(count_words("  "), 0u);
  EXPECT_EQ(count_words("one"), 1u);
  EXPECT_EQ(count_words(" one\ttwo\u3000三 "), 3u);
  EXPECT_EQ(count_words("<image>\nWhat is it?"), 4u);
}

TEST(TextRules, Splits) {
  EXPECT_THAT(split("", "</s>"), ElementsAre(""));
  EXPECT_THAT(split("a</s>b</s>", "</s>"), ElementsAre("a", "b", ""));
  EXPECT_EQ(count("aXXXb", "XX"), 1u);
  EXPECT_EQ(without("<image>a<image>b", "<image>"), "ab");
}

}  // namespace
}  // namespace lapilli::training
