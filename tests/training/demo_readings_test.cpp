// SPDX-License-Identifier: Apache-2.0
#include "training/demo/readings.h"

#include "engine/base/error.h"
#include "training/demo/wording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

namespace lapilli::demo {
namespace {

std::vector<std::string> parts(const std::string& words, const std::string& separator) {
  std::vector<std::string> result;
  for (size_t begin = 0; begin < words.size();) {
    const size_t end = std::min(words.find(separator, begin), words.size());
    result.push_back(words.substr(begin, end - begin));
    begin = end + separator.size();
  }
  return result;
}

constexpr const char* kAspects[] = {"shape", "color", "size", "place"};

TEST(DemoReadings, AMapHasAWordForEveryQuarterOfEveryPlace) {
  Scene scene;
  scene.objects = {
      {.shape = Shape::kStar, .color = Color::kPink, .size = Size::kSmall, .cell = 1},
      {.content = Content::kDigit, .text = "7", .color = Color::kBlue, .size = Size::kLarge, .cell = 4},
      {.content = Content::kWord, .text = "CAT", .color = Color::kRed, .cell = 8}};
  const std::vector<std::vector<std::string>> told = {
      {"star", "pink", "small", "top"}, {"7", "blue", "large", "center"}, {"CAT", "red", "word", "right"}};
  std::set<std::string> heads;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    Draws draws(seed);
    auto words = parts(map_reading(scene, draws), " ");
    ASSERT_EQ(words.size(), 37u);
    const std::string head = words[0].substr(0, words[0].size() - 1);
    const auto first = std::find(std::begin(kAspects), std::end(kAspects), head) - std::begin(kAspects);
    ASSERT_LT(first, 4) << head;
    heads.insert(head);
    words.erase(words.begin());
    for (size_t object = 0; object < 3; ++object) {
      const uint32_t cell = scene.objects[object].cell;
      const size_t corner = cell / 3 * 12 + cell % 3 * 2;
      const size_t quarters[] = {corner, corner + 1, corner + 6, corner + 7};
      for (size_t quarter = 0; quarter < 4; ++quarter)
        EXPECT_EQ(std::exchange(words[quarters[quarter]], "nothing"),
                  told[object][(static_cast<size_t>(first) + quarter) % 4]);
    }
    EXPECT_THAT(words, testing::Each("nothing"));
  }
  EXPECT_EQ(heads.size(), 4u);
}

TEST(DemoReadings, AListHasEveryObjectInAnyOrderByWhatItsHeadNames) {
  std::map<std::string, size_t> heads;
  size_t in_order = 0, several = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const Scene scene = make_scene(seed);
    Draws draws(seed);
    const std::string words = list_reading(scene, draws);
    const size_t colon = words.find(": ");
    const std::string head = words.substr(0, colon);
    ++heads[head];
    const auto listed = parts(words.substr(colon + 2, words.size() - colon - 3), ", ");
    std::vector<std::string> expected;
    for (const SceneObject& object : scene.objects) {
      const std::string color(name(object.color)), where(kPlaceNames[object.cell]);
      const std::string size = object.content == Content::kWord ? "" : text(' ', name(object.size));
      expected.push_back(head == "shape"   ? text(noun(object), ' ', color, ' ', where, size)
                         : head == "color" ? text(color, ' ', noun(object), ' ', where, size)
                                           : text(where, ' ', noun(object), ' ', color, size));
    }
    EXPECT_THAT(listed, testing::UnorderedElementsAreArray(expected)) << words;
    several += expected.size() > 2;
    in_order += expected.size() > 2 && listed == expected;
  }
  EXPECT_THAT(heads, testing::UnorderedElementsAre(testing::Pair("shape", testing::Gt(60u)),
                                                   testing::Pair("color", testing::Gt(60u)),
                                                   testing::Pair("place", testing::Gt(60u))));
  EXPECT_LT(in_order * 4, several);
}

}  // namespace
}  // namespace lapilli::demo
