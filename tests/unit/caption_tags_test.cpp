// SPDX-License-Identifier: Apache-2.0
#include "app/captions/tags.h"

#include <gtest/gtest.h>

#include <cctype>

namespace lapilli::captions {
namespace {

using Tags = std::vector<std::string>;

std::string folded(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::string other(std::string_view text, std::string_view tag, std::string_view with,
                  TagForm form = TagForm::kCommas) {
  return with_other_tag(text, form, tag, with, folded);
}

TEST(CaptionTags, FormatsSayWhatAnAnswerIs) {
  EXPECT_EQ(tag_form("tags"), TagForm::kCommas);
  EXPECT_EQ(tag_form("list"), TagForm::kLines);
  for (const char* kind : {"free", "gbnf"}) EXPECT_EQ(tag_form(kind), TagForm::kMaybe) << kind;
  for (const char* kind : {"short", "option", "sentence", "detail", "region", "box", "yes_no", "words",
                           "json_fields", "json_schema"})
    EXPECT_EQ(tag_form(kind), TagForm::kNone) << kind;
}

TEST(CaptionTags, AnswersOfFormatsAreSplitAsTheyAreWritten) {
  EXPECT_EQ(tags_of("boat,  gull , boat,, pier\nsea", TagForm::kCommas),
            (Tags{"boat", "gull", "pier", "sea"}));
  EXPECT_EQ(tags_of("boat", TagForm::kCommas), Tags{"boat"});
  EXPECT_EQ(tags_of("- a boat, red\n- gull\r\n\n- - pier", TagForm::kLines),
            (Tags{"a boat, red", "gull", "- pier"}));
  EXPECT_EQ(tags_of("boat\ngull", TagForm::kLines), (Tags{"boat", "gull"}));
  for (const TagForm form : {TagForm::kCommas, TagForm::kLines, TagForm::kMaybe, TagForm::kNone})
    for (const char* text : {"", " \n ", "\n"}) EXPECT_EQ(tags_of(text, form), Tags()) << text;
  EXPECT_EQ(tags_of("boat, gull", TagForm::kNone), Tags());
}

TEST(CaptionTags, WhatReadsLikeAListOfTagsIsOne) {
  const auto expect = [](std::string_view text, const Tags& tags) {
    EXPECT_EQ(tags_of(text, TagForm::kMaybe), tags) << text;
  };
  expect("orange cat, sofa", {"orange cat", "sofa"});
  expect("1girl, solo, looking at viewer, hatsune miku (vocaloid), re:zero, v1.5",
         {"1girl", "solo", "looking at viewer", "hatsune miku (vocaloid)", "re:zero", "v1.5"});
  expect("black and white, St.John, salt", {"black and white", "St.John", "salt"});
  expect("old harbour, boats\nnight, sea\n", {"old harbour", "boats", "night", "sea"});
  expect("- boat\n- gull\n", {"boat", "gull"});
  expect("- boat", {"boat"});
  expect("橙色的猫，沙发、窗户", {"橙色的猫", "沙发", "窗户"});
  expect("고양이, 소파 위", {"고양이", "소파 위"});
  expect("AND, or", {"AND", "or"});  // gates, say
}

TEST(CaptionTags, ASentenceIsNeverSplit) {
  for (const char* text :
       {"A cat, sleeping",
        "An orange cat is on a sofa, asleep.",
        "Cats, dogs and birds.",
        "Cats, dogs!",
        "In the garden, two children play",
        "It is sunny, cats play",
        "two boats, and seven gulls",
        "Tags: cat, dog",
        "cat; dog, bird",
        "cat, dog. bird",
        "Yes, it is",
        "Wow! Boats, gulls",
        "Two people who stand on grass, trees",
        "old harbour\nnew harbour",
        "boat",
        "boat,",
        ", boat",
        "- boat\n- It is red.",
        "- boat\ngull",
        "[0.12, 0.3, 0.87, 1.0]",
        R"({"objects": ["boat", "gull"]})",
        R"("boat", "gull")",
        "阳光明媚，孩子们在公园里玩耍",
        "一只橙色的猫，沙发。",
        "猫；狗，鸟",
        "标签：猫，狗",
        "one, two, this_is_no_tag_but_a_word_of_sixty_five_bytes_or_more_that_nobody_reads"})
    EXPECT_EQ(tags_of(text, TagForm::kMaybe), Tags()) << text;
}

TEST(CaptionTags, ATagIsWhatATextCanHoldAsOne) {
  EXPECT_TRUE(is_tag("a boat on the sea.", TagForm::kCommas));
  EXPECT_TRUE(is_tag("a boat, red", TagForm::kLines));
  EXPECT_TRUE(is_tag("red boat", TagForm::kMaybe));
  for (const char* tag : {"", " ", " boat", "a, b", "a，b", "a\nb"})
    EXPECT_FALSE(is_tag(tag, TagForm::kCommas)) << tag;
  for (const char* tag : {"", "a\nb", "- boat"}) EXPECT_FALSE(is_tag(tag, TagForm::kLines)) << tag;
  for (const char* tag : {"", "a, b", "a boat", "boat.", "one two three four five"})
    EXPECT_FALSE(is_tag(tag, TagForm::kMaybe)) << tag;
  EXPECT_FALSE(is_tag("boat", TagForm::kNone));
}

TEST(CaptionTags, WholeTagsAreRenamed) {
  EXPECT_EQ(other("cat, cat food, Cat, dog", "cat", "kitten"), "kitten, cat food, dog");
  EXPECT_EQ(other("dog,cat ,  bird\nCAT", "cat", "kitten"), "dog,kitten ,  bird");
  EXPECT_EQ(other("cat food, concat", "cat", "kitten"), "cat food, concat");
  EXPECT_EQ(other("Cat, dog", "cat", "cat"), "cat, dog");  // another case
  EXPECT_EQ(other("狗，猫、鸟", "猫", "小猫"), "狗，小猫、鸟");
  EXPECT_EQ(other("- cat\n- cat food\n", "cat", "kitten", TagForm::kLines), "- kitten\n- cat food\n");
  EXPECT_EQ(other("A cat, cat, sleeping.", "cat", "kitten", TagForm::kMaybe), "A cat, cat, sleeping.");
  EXPECT_EQ(other("cat, dog", "cat", "kitten", TagForm::kNone), "cat, dog");
}

TEST(CaptionTags, RenamingToAnotherTagMergesBoth) {
  EXPECT_EQ(other("cat, dog, kitten, bird", "cat", "kitten"), "kitten, dog, bird");
  EXPECT_EQ(other("dog, Kitten, bird, cat", "cat", "kitten"), "dog, kitten, bird");
  EXPECT_EQ(other("Kitten, dog", "cat", "kitten"), "Kitten, dog") << "there is no cat";
}

TEST(CaptionTags, WholeTagsAreRemoved) {
  EXPECT_EQ(other("cat, cat food, dog", "cat", ""), "cat food, dog");
  EXPECT_EQ(other("dog, cat", "CAT", ""), "dog");
  EXPECT_EQ(other("dog, cat, bird, cat", "cat", ""), "dog, bird");
  EXPECT_EQ(other("cat", "cat", ""), "");
  EXPECT_EQ(other("- cat", "cat", "", TagForm::kLines), "");
  EXPECT_EQ(other("- cat\n- dog\n- bird", "cat", "", TagForm::kLines), "- dog\n- bird");
  EXPECT_EQ(other("- dog\n- cat", "cat", "", TagForm::kMaybe), "- dog");
  EXPECT_EQ(other("dog, bird", "cat", ""), "dog, bird");
}

TEST(CaptionTags, AnyTextIsReadWithoutHarm) {
  constexpr std::string_view kBytes = ", -\n，、a.\xe4\xff[\"";
  uint64_t state = 1;
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (int length = round % 30; length > 0; --length) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      text += kBytes[(state >> 33) % kBytes.size()];
    }
    for (const TagForm form : {TagForm::kCommas, TagForm::kLines, TagForm::kMaybe}) {
      for (const std::string& tag : tags_of(text, form)) {
        // Removed, it is gone; renamed and back, the tags are as before.
        const std::string without = with_other_tag(text, form, tag, "", folded);
        for (const std::string& left : tags_of(without, form)) EXPECT_NE(folded(left), folded(tag)) << text;
        EXPECT_EQ(with_other_tag(text, form, "none of it", "x", folded), text);
      }
    }
  }
}

}  // namespace
}  // namespace lapilli::captions
