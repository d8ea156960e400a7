// SPDX-License-Identifier: Apache-2.0
#include "training/demo/readings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace lapilli::demo {
namespace {

using testing::HasSubstr;

std::vector<std::string> parts(const std::string& words, const std::string& separator) {
  std::vector<std::string> result;
  for (size_t begin = 0; begin < words.size();) {
    const size_t end = std::min(words.find(separator, begin), words.size());
    result.push_back(words.substr(begin, end - begin));
    begin = end + separator.size();
  }
  return result;
}

TEST(DemoReadings, TheGridHasAllPlacesInRows) {
  Scene scene;
  scene.objects = {
      {.shape = Shape::kStar, .color = Color::kPink, .size = Size::kSmall, .cell = 1},
      {.content = Content::kDigit, .text = "7", .color = Color::kBlue, .size = Size::kLarge, .cell = 4},
      {.content = Content::kWord, .text = "CAT", .color = Color::kRed, .cell = 8}};
  EXPECT_EQ(grid_reading(scene),
            "nothing at all, small pink star, nothing at all, nothing at all, large blue7, nothing at all, "
            "nothing at all, nothing at all, word red CAT,");
}

/// Whether "top left: large red circle", "red circle: top left", "red objects: 2" or "circles: 1" is so.
bool is_true(const Scene& scene, const std::string& fact) {
  const auto sides = parts(fact, ": ");
  const std::string &asked = sides.at(0), &told = sides.at(1);
  const auto words_of = [](const SceneObject& object) {
    std::string words = std::string(name(object.color)) + ' ';
    if (object.content == Content::kShape) return words + std::string(name(object.shape));
    return words + (object.content == Content::kDigit ? "digit" : "word");
  };
  if (asked == "background")
    return told == std::string(name(scene.tone)) + ' ' + std::string(name(scene.pattern));
  const auto place = std::find(kPlaceNames.begin(), kPlaceNames.end(), asked);
  if (place != kPlaceNames.end()) {
    for (const SceneObject& object : scene.objects)
      if (kPlaceNames[object.cell] == *place) return told.find(words_of(object)) != std::string::npos;
    return told == "nothing";
  }
  size_t fitting = 0;
  const bool counts = told.find_first_not_of("0123456789") == std::string::npos;
  for (const SceneObject& object : scene.objects) {
    const std::string plural =
        words_of(object) +
        (object.shape == Shape::kCross && object.content == Content::kShape ? "es objects" : "s objects");
    const bool fits = counts ? asked == "objects" || plural.find(asked) != std::string::npos ||
                                   asked == std::string(name(object.color)) + " objects"
                             : words_of(object).find(asked) != std::string::npos;
    if (fits && !counts) return told == kPlaceNames[object.cell];
    fitting += fits ? 1 : 0;
  }
  return counts && told == std::to_string(fitting);
}

TEST(DemoReadings, FactsAreTrueAndOfEveryKind) {
  std::set<std::string> asked;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const Scene scene = make_scene(seed);
    Draws draws(seed);
    const std::string words = facts_in_short(scene, draws);
    ASSERT_EQ(words.back(), '.');
    const auto facts = parts(words.substr(0, words.size() - 1), ". ");
    EXPECT_LE(facts.size(), 9u);
    for (const std::string& fact : facts) {
      EXPECT_TRUE(is_true(scene, fact)) << fact << " in: " << words << ", seed " << seed;
      asked.insert(parts(fact, ": ").at(0));
    }
  }
  for (const char* one :
       {"background", "objects", "red objects", "crosses", "rings", "center", "star", "top left"})
    EXPECT_THAT(asked, testing::Contains(one));
  Draws draws(7);
  EXPECT_THAT(facts_in_short({.objects = {{.cell = 4}}}, draws), HasSubstr(": nothing"));
}

}  // namespace
}  // namespace lapilli::demo
