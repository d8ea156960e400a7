// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image.h"
#include "engine/io/preprocess.h"
#include "tests/support/picture_zoo.h"

#include <gtest/gtest.h>

namespace lapilli {
namespace {

using test::crc32_hex;

std::string summary(const Image& image) {
  return text(image.width, " x ", image.height, " ", crc32_hex(image.pixels.data(), image.pixels.size()));
}

std::string summary(const nlohmann::json& expected) {
  return text(expected[0].get<int>(), " x ", expected[1].get<int>(), " ", expected[2].get<std::string>());
}

/// Which library release decodes AVIF decides its last bits; every other format is exact.
bool is_exact(std::string_view name) {
  return !name.ends_with(".avif");
}

class ImageGolden : public testing::Test {
 protected:
  static const std::map<std::string, test::ZooPicture>& zoo() {
    static const auto pictures = test::read_picture_zoo();
    return pictures;
  }
  static Result<LoadedImage> decode(const std::string& name,
                                    OrientationPolicy policy = OrientationPolicy::kApply) {
    return decode_image(as_bytes(zoo().at(name).file), {.orientation = policy});
  }
};

TEST_F(ImageGolden, DecodedPixelsEqualPillow) {
  size_t checked = 0;
  for (const auto& [name, picture] : zoo()) {
    if (picture.expected.contains("error") || !is_exact(name)) continue;
    SCOPED_TRACE(name);
    const auto as_stored = decode(name, OrientationPolicy::kIgnore);
    const auto turned = decode(name, OrientationPolicy::kApply);
    ASSERT_TRUE(as_stored) << as_stored.error().what();
    ASSERT_TRUE(turned) << turned.error().what();
    EXPECT_EQ(summary(as_stored->image), summary(picture.expected["ignore"]));
    EXPECT_EQ(summary(turned->image), summary(picture.expected["apply"]));
    EXPECT_EQ(as_stored->facts.mode, picture.expected["mode"].get<std::string>());
    EXPECT_EQ(as_stored->facts.orientation, picture.expected["orientation"].get<int>());
    ++checked;
  }
  EXPECT_GT(checked, 200u);
}

TEST_F(ImageGolden, WhatPillowRefusesIsRefused) {
  for (const auto& [name, picture] : zoo()) {
    if (!picture.expected.contains("error")) continue;
    const auto loaded = decode(name);
    ASSERT_FALSE(loaded) << name << ": Pillow says " << picture.expected["error"];
    EXPECT_TRUE(loaded.error().code() == ErrorCode::kBadFile ||
                loaded.error().code() == ErrorCode::kUnsupported)
        << name;
    EXPECT_GT(loaded.error().message().size(), 10u) << name;
  }
}

TEST_F(ImageGolden, ACutJpegTellsWhereItEnds) {
  for (const std::string name : {"cut-90-q90-s2.jpg", "cut-90-q90-s2-progressive.jpg"}) {
    const std::string message = decode(name).error().message();
    EXPECT_TRUE(message.starts_with(text("damaged JPEG: the file is truncated: its ",
                                         zoo().at(name).file.size(), " bytes end within row ")))
        << message;
    EXPECT_TRUE(message.ends_with(" of 23")) << message;
  }
}

TEST_F(ImageGolden, EveryOrientationOfEveryFormatGivesTheUprightTensor) {
  const PreprocessOptions options{.size = 56};
  const auto expected = preprocess(decode("turned-1.png").value().image, options).values;
  for (const std::string family : {"turned-#.jpg", "turned-#.png", "turned-#.webp", "turned-#.tif",
                                   "turned-xmp-#.jpg", "turned-xmp-#.webp", "turned-xmp-#.png"}) {
    const bool lossless = !family.ends_with(".jpg");
    std::string first = family;
    const auto upright_file =
        preprocess(decode(first.replace(first.find('#'), 1, "1")).value().image, options).values;
    if (lossless) {
      EXPECT_EQ(upright_file, expected) << family;
    }
    for (int orientation = 2; orientation <= 8; ++orientation) {
      std::string name = family;
      name.replace(name.find('#'), 1, std::to_string(orientation));
      const auto loaded = decode(name);
      ASSERT_TRUE(loaded) << name << ": " << loaded.error().what();
      EXPECT_EQ(loaded->facts.orientation, orientation) << name;
      EXPECT_EQ(preprocess(loaded->image, options).values, upright_file) << name;
    }
  }
}

TEST_F(ImageGolden, AvifIsTurnedByItsContainer) {
  if (!can_decode(ImageFormat::kAvif)) {
    EXPECT_EQ(decode("turned-1.avif").error().code(), ErrorCode::kUnsupported);
    GTEST_SKIP() << "built without libavif";
  }
  const Image upright_file = decode("turned-1.avif").value().image;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const std::string name = text("turned-", orientation, ".avif");
    const auto loaded = decode(name);
    ASSERT_TRUE(loaded) << name << ": " << loaded.error().what();
    EXPECT_EQ(loaded->facts.orientation, orientation) << name;
    EXPECT_EQ(loaded->facts.stored_width, zoo().at(name).expected["ignore"][0].get<uint32_t>()) << name;
    EXPECT_EQ(loaded->image.width, upright_file.width) << name;
    for (size_t i = 0; i < upright_file.pixels.size(); ++i) {
      ASSERT_NEAR(loaded->image.pixels[i], upright_file.pixels[i], 6)
          << name << " at " << i;  // lossy, coded by direction
    }
  }
}

TEST_F(ImageGolden, LimitsAreCheckedBeforePixelsAreDecoded) {
  for (const std::string name : {"RGB.png", "q90-s2.jpg", "q90-s2-progressive.jpg", "P.gif", "RGB.bmp",
                                 "RGB.webp", "RGB.tif", "RGB-tiles.tif", "YCbCr-lzw.tif"}) {
    const Bytes file = as_bytes(zoo().at(name).file);
    const auto side = decode_image(file, {.limits = {.max_side = 28}});
    ASSERT_FALSE(side) << name;
    EXPECT_EQ(side.error().code(), ErrorCode::kBadFile) << name;
    const auto pixels = decode_image(file, {.limits = {.max_pixels = 29 * 23 - 1}});
    ASSERT_FALSE(pixels) << name;
    EXPECT_EQ(pixels.error().code(), ErrorCode::kBadFile) << name;
    EXPECT_TRUE(decode_image(file, {.limits = {.max_side = 29, .max_pixels = 29 * 23}})) << name;
  }
}

}  // namespace
}  // namespace lapilli
