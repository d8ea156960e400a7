// SPDX-License-Identifier: Apache-2.0
#include "engine/io/preprocess.h"
#include "engine/io/resize.h"
#include "tests/support/picture_zoo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

// Expected values were computed with Pillow and CLIPImageProcessor; sums are CRC-32 over RGB bytes.
namespace lapilli {
namespace {

using testing::ElementsAreArray;

std::string crc(const Image& image) {
  return test::crc32_hex(image.pixels.data(), image.pixels.size());
}

Image pattern(uint32_t width, uint32_t height) {
  Image image(width, height);
  for (uint32_t y = 0; y < height; ++y) {
    for (uint32_t x = 0; x < width; ++x) {
      for (uint32_t c = 0; c < 3; ++c) {
        image.row(y)[3 * x + c] = static_cast<uint8_t>(37 * x + 91 * y + 53 * c + 11 * (x * y % 17));
      }
    }
  }
  return image;
}

Image smooth(uint32_t width, uint32_t height) {
  Image image(width, height);
  for (uint32_t y = 0; y < height; ++y) {
    for (uint32_t x = 0; x < width; ++x) {
      uint8_t* to = image.row(y) + size_t{3} * x;
      to[0] = static_cast<uint8_t>(x * 255 / (width - 1));
      to[1] = static_cast<uint8_t>(y * 255 / (height - 1));
      to[2] = static_cast<uint8_t>((x + y) * 255 / (width + height - 2));
    }
  }
  return image;
}

Rgb pixel(const Image& image, uint32_t x, uint32_t y) {
  const uint8_t* at = image.row(y) + size_t{3} * x;
  return {at[0], at[1], at[2]};
}

TEST(Resize, ShrinksAndEnlargesToTheBit) {
  const std::vector<uint8_t> shrunk = {
      41,  100, 162, 116, 153, 146, 130, 138, 190, 150, 166, 123, 117, 99,  93,  168, 156, 118, 144, 128,
      126, 132, 127, 102, 127, 85,  123, 91,  148, 151, 88,  135, 141, 121, 142, 83,  129, 117, 113, 129,
      138, 140, 156, 90,  111, 138, 196, 104, 95,  119, 160, 162, 131, 141, 134, 107, 112, 169, 65,  77};
  EXPECT_THAT(resize_bicubic(Canvas::of(pattern(8, 6)), 5, 4).pixels, ElementsAreArray(shrunk));
  const std::vector<uint8_t> enlarged = {
      0,   42,  95,  3,   56, 108, 28,  81,  134, 53,  106, 174, 67,  120, 197, 18,  69,  122, 31,  84,
      139, 58,  111, 164, 86, 139, 157, 101, 154, 149, 69,  121, 174, 86,  139, 201, 118, 171, 224, 149,
      202, 124, 167, 220, 55, 95,  148, 201, 114, 167, 232, 148, 201, 254, 182, 235, 107, 201, 254, 7};
  EXPECT_THAT(resize_bicubic(Canvas::of(pattern(3, 2)), 5, 4).pixels, ElementsAreArray(enlarged));
}

TEST(Resize, FixedPointTaps) {
  const BicubicTaps taps(640, 336, 0, 336);
  const auto expect = [&](uint32_t output, uint32_t start, const std::vector<int32_t>& weights) {
    const auto tap = taps.tap(output);
    EXPECT_EQ(tap.start, start);
    EXPECT_EQ(std::vector<int32_t>(tap.weights, tap.weights + tap.count), weights);
  };
  expect(0, 0, {2071372, 1953382, 363282, -174520, -19212});
  expect(1, 0, {-150374, 595504, 2008114, 1683379, 223601, -158312, -7608});
  expect(2, 1, {-64858, -136318, 746456, 2107083, 1568005, 127878, -152451, -1491});
  expect(335, 635, {-19212, -174520, 363282, 1953382, 2071372});
}

TEST(Resize, AWindowIsThatPartOfTheWhole) {
  const Image source = pattern(97, 61);
  for (const auto& [width, height] : {std::pair{40u, 53u}, {97u, 30u}, {20u, 61u}, {97u, 61u}, {150u, 20u}}) {
    const Image whole = resize_bicubic(Canvas::of(source), width, height);
    const Window window{.x = 3, .y = 5, .width = 11, .height = 13};
    const Image part = resize_bicubic(Canvas::of(source), width, height, window);
    for (uint32_t y = 0; y < window.height; ++y) {
      for (uint32_t x = 0; x < window.width; ++x) {
        ASSERT_EQ(pixel(part, x, y), pixel(whole, window.x + x, window.y + y)) << width << " x " << height;
      }
    }
  }
}

TEST(Resize, StartsWithTheRowsWhereTheReferenceDoes) {
  EXPECT_EQ(crc(resize_bicubic(Canvas::of(pattern(97, 61)), 97, 61)), crc(pattern(97, 61)));
  EXPECT_EQ(crc(resize_bicubic(Canvas::of(pattern(61, 97)), 56, 56)), "cd27b74f");
  EXPECT_EQ(crc(resize_bicubic(Canvas::of(pattern(97, 61)), 56, 56)), "c5089fb8");
  EXPECT_EQ(crc(resize_bicubic(Canvas::of(pattern(13, 400)), 11, 338)), "ee95c216");
}

struct Pipeline {
  bool is_smooth;
  uint32_t width, height;
  const char* source;
  const char* padded;
  Rgb first, second;  // at (168, 168) and (169, 168)
};

TEST(Preprocess, PadsAndScalesToTheBit) {
  const Pipeline cases[] = {
      {false, 640, 480, "9f0b6a75", "a40ffb86", {98, 96, 161}, {160, 113, 141}},
      {true, 640, 480, "54353cd2", "03acfe6d", {128, 127, 127}, {128, 127, 128}},
      {false, 333, 500, "78c65fd0", "cbf36378", {203, 142, 80}, {162, 124, 186}},
      {true, 333, 500, "2e2c4b66", "da83376c", {128, 127, 127}, {129, 127, 128}},
      {false, 100, 75, "6ed8dc9d", "03ab7e3d", {163, 91, 141}, {130, 91, 169}},
      {true, 100, 75, "17390a7a", "582a7fc0", {127, 129, 128}, {128, 129, 129}},
      {false, 1000, 667, "a49d39c5", "42d972c8", {172, 103, 87}, {146, 167, 137}},
      {true, 1000, 667, "b0bfe3d3", "4d28214d", {127, 128, 128}, {128, 128, 128}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(text(c.is_smooth ? "smooth " : "pattern ", c.width, " x ", c.height));
    const Image source = c.is_smooth ? smooth(c.width, c.height) : pattern(c.width, c.height);
    ASSERT_EQ(crc(source), c.source);
    const Image square = square_image(source, {});
    EXPECT_EQ(crc(square), c.padded);
    EXPECT_EQ(pixel(square, 168, 168), c.first);
    EXPECT_EQ(pixel(square, 169, 168), c.second);
  }
}

TEST(Preprocess, CropsToTheBit) {
  struct Case {
    uint32_t width, height, scaled_width, scaled_height;
    const char *scaled, *cropped;
  };
  for (const auto& c :
       {Case{640, 480, 448, 336, "7027d29c", "95e27da1"}, Case{333, 500, 336, 504, "8cb853cc", "4ea26952"},
        Case{100, 75, 448, 336, "bc3f19f7", "d79a578a"}, Case{1000, 667, 503, 336, "76d7962d", "9e33646b"}}) {
    const Image source = smooth(c.width, c.height);
    EXPECT_EQ(crc(resize_bicubic(Canvas::of(source), c.scaled_width, c.scaled_height)), c.scaled);
    EXPECT_EQ(crc(square_image(source, {.aspect = AspectPolicy::kCrop})), c.cropped);
  }
}

TEST(Preprocess, NormalisesToTheBit) {
  Image image(4, 1);
  const Rgb background = padding_colour({});
  EXPECT_EQ(background, (Rgb{122, 116, 104}));
  image.pixels = {0, 0, 0, 255, 255, 255, 128, 128, 128, background[0], background[1], background[2]};
  std::vector<uint32_t> bits;
  for (const float value : normalise(image, {})) bits.push_back(std::bit_cast<uint32_t>(value));
  const std::vector<uint32_t> expected = {0xbfe568dc, 0x3ff71541, 0x3d9c5620, 0xbc3864e1,
                                          0xbfe044b8, 0x4004cae5, 0x3e2cf36b, 0xbc376f72,
                                          0xbfbd77d8, 0x40095660, 0x3eae0dc4, 0xbaaeb487};
  EXPECT_EQ(bits, expected);
}

TEST(Preprocess, TakesAnySizeAndShape) {
  for (const auto aspect : {AspectPolicy::kPad, AspectPolicy::kCrop, AspectPolicy::kStretch}) {
    for (const auto& [width, height] :
         {std::pair{1u, 1u}, {1u, 5000u}, {5000u, 1u}, {2u, 3u}, {224u, 224u}}) {
      for (const uint32_t size : {1u, 7u, 224u}) {
        const auto prepared = preprocess(pattern(width, height), {.aspect = aspect, .size = size});
        EXPECT_EQ(prepared.square.width, size);
        EXPECT_EQ(prepared.square.height, size);
        EXPECT_EQ(prepared.values.size(), size_t{3} * size * size);
      }
    }
  }
  EXPECT_EQ(crc(square_image(pattern(224, 224), {.size = 224})), crc(pattern(224, 224)));
}

TEST(Preprocess, PolicyNames) {
  for (const auto aspect : {AspectPolicy::kPad, AspectPolicy::kCrop, AspectPolicy::kStretch}) {
    EXPECT_EQ(aspect_policy_from_string(to_string(aspect)), aspect);
  }
  EXPECT_EQ(aspect_policy_from_string("Pad"), std::nullopt);
}

}  // namespace
}  // namespace lapilli
