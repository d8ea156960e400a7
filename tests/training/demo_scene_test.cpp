// SPDX-License-Identifier: Apache-2.0
#include "training/demo/draw.h"
#include "training/demo/draws.h"
#include "training/demo/font.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace lapilli::demo {
namespace {

/// FNV-1a.
uint64_t hash(const Image& image) {
  uint64_t value = 0xcbf29ce484222325ull;
  for (const uint8_t byte : image.pixels) value = (value ^ byte) * 0x100000001b3ull;
  return value;
}

TEST(DemoDraws, AreTheKnownSequence) {
  // Steele et al. 2014, the published reference values of splitmix64 for seed 1234567.
  Draws draws(1234567);
  EXPECT_EQ(draws.next(), 6457827717110365317ull);
  EXPECT_EQ(draws.next(), 3203168211198807973ull);
  EXPECT_EQ(draws.next(), 9817491932198370423ull);
}

TEST(DemoDraws, NormalNumbersHaveMeanZeroAndSpreadOne) {
  Draws draws(7);
  double sum = 0;
  double squares = 0;
  constexpr int kCount = 20000;
  for (int index = 0; index < kCount; ++index) {
    const double value = draws.normal();
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / kCount, 0, 0.03);
  EXPECT_NEAR(squares / kCount, 1, 0.03);
}

TEST(DemoScene, ObjectsAreApartInTheirCellsAndInside) {
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    const bool crowded = seed % 2 == 1;
    const Scene scene = crowded ? make_scene(seed, {.min_objects = 4, .max_objects = 7}) : make_scene(seed);
    ASSERT_GE(scene.objects.size(), crowded ? 4u : 1u);
    ASSERT_LE(scene.objects.size(), crowded ? 7u : 5u);
    for (size_t index = 0; index < scene.objects.size(); ++index) {
      const SceneObject& object = scene.objects[index];
      const Box& box = object.box;
      ASSERT_TRUE(box.x1 >= 0 && box.y1 >= 0 && box.x2 <= 1 && box.y2 <= 1) << "seed " << seed;
      const auto third = [](float middle) { return static_cast<uint32_t>(middle * 3); };
      ASSERT_EQ(third((box.y1 + box.y2) / 2) * 3 + third((box.x1 + box.x2) / 2), object.cell)
          << "seed " << seed;
      for (size_t other = 0; other < index; ++other) {
        const Box& b = scene.objects[other].box;
        ASSERT_LT(scene.objects[other].cell, object.cell) << "seed " << seed;
        ASSERT_TRUE(box.x1 >= b.x2 || b.x1 >= box.x2 || box.y1 >= b.y2 || b.y1 >= box.y2) << "seed " << seed;
      }
    }
  }
}

TEST(DemoScene, ShowsEverythingAndMoonsOnlyWhenAsked) {
  std::set<Shape> shapes;
  std::set<Color> colors;
  std::set<size_t> counts;
  std::set<std::string> texts;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    const Scene scene = make_scene(seed);
    counts.insert(scene.objects.size());
    for (const SceneObject& object : scene.objects) {
      shapes.insert(object.shape);
      colors.insert(object.color);
      texts.insert(object.text);
    }
    const Scene moon = make_scene(seed, {.with_moon = true});
    ASSERT_TRUE(std::any_of(moon.objects.begin(), moon.objects.end(), [](const SceneObject& object) {
      return object.content == Content::kShape && object.shape == Shape::kMoon;
    }));
  }
  EXPECT_EQ(shapes.size(), kNumKnownShapes);
  EXPECT_FALSE(shapes.contains(Shape::kMoon));
  EXPECT_EQ(colors.size(), kColorNames.size());
  EXPECT_EQ(counts.size(), 5u);
  EXPECT_EQ(texts.size(), 1 + 10 + picture_words().size());
}

TEST(DemoFont, DrawsEveryCharacterDifferently) {
  const std::string all = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::set<std::string> glyphs;
  for (const char c : all) {
    std::string dots;
    for (int row = 0; row < kGlyphRows; ++row)
      for (int column = 0; column < kGlyphColumns; ++column) dots += glyph_dot(c, column, row) ? '#' : '.';
    glyphs.insert(dots);
  }
  EXPECT_EQ(glyphs.size(), all.size());
}

constexpr int kReddish = 60;  ///< red above green: objects are red, rim and ground are not

/// Where pixels, but for those of the rim, differ from the same picture without the object.
Box touched(Scene scene, uint32_t side) {
  const Image with = draw(scene, side);
  scene.objects.clear();
  const Image without = draw(scene, side);
  uint32_t x1 = side, y1 = side, x2 = 0, y2 = 0;
  for (uint32_t y = 0; y < side; ++y)
    for (uint32_t x = 0; x < side; ++x) {
      const uint8_t* pixel = with.row(y) + 3 * x;
      if (std::equal(pixel, pixel + 3, without.row(y) + 3 * x) || pixel[0] - pixel[1] < kReddish) continue;
      x1 = std::min(x1, x), y1 = std::min(y1, y), x2 = std::max(x2, x + 1), y2 = std::max(y2, y + 1);
    }
  const auto fraction = [&](uint32_t pixel) { return static_cast<float>(pixel) / static_cast<float>(side); };
  return {fraction(x1), fraction(y1), fraction(x2), fraction(y2)};
}

TEST(DemoDraw, BoxesFitWhatIsDrawn) {
  constexpr uint32_t kSide = 224;
  constexpr float kPixels = 2.5f / kSide;
  for (size_t shape = 0; shape < kShapeNames.size(); ++shape) {
    for (const Size size : {Size::kSmall, Size::kLarge}) {
      SceneObject object{.shape = static_cast<Shape>(shape), .size = size, .cell = 4};
      const float half = size == Size::kSmall ? 0.065f : 0.15f;
      object.box = {0.503f - half, 0.497f - half, 0.503f + half, 0.497f + half};
      const Box seen = touched({.objects = {object}, .tone = Tone::kLight}, kSide);
      EXPECT_NEAR(seen.x1, object.box.x1, kPixels) << kShapeNames[shape];
      EXPECT_NEAR(seen.y1, object.box.y1, kPixels) << kShapeNames[shape];
      EXPECT_NEAR(seen.x2, object.box.x2, kPixels) << kShapeNames[shape];
      EXPECT_NEAR(seen.y2, object.box.y2, kPixels) << kShapeNames[shape];
    }
  }
}

TEST(DemoDraw, GivesTheSameBytesOnEveryMachine) {
  uint64_t all = 0;
  for (uint64_t seed = 0; seed < 40; ++seed)
    all = all * 31 + hash(draw(make_scene(seed, {.with_moon = seed % 4 == 0}), 112));
  EXPECT_EQ(all, 2117019819555459085ull);
}

}  // namespace
}  // namespace lapilli::demo
