// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image.h"
#include "engine/io/preprocess.h"
#include "tests/support/sha256.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

using nlohmann::json;

/// The file holds statistics rounded to five and samples rounded to four places.
constexpr double kHalfPlace5 = 0.5e-5 + 1e-6;
constexpr double kHalfPlace4 = 0.5e-4 + 1e-6;

void expect_input(const Image& image, AspectPolicy aspect, const json& expected) {
  const auto values = preprocess(image, {.aspect = aspect}).values;
  constexpr size_t kPlane = 336 * 336;
  for (size_t c = 0; c < 3; ++c) {
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < kPlane; ++i) {
      sum += values[c * kPlane + i];
      squares += double{values[c * kPlane + i]} * values[c * kPlane + i];
    }
    const double mean = sum / kPlane;
    EXPECT_NEAR(mean, expected["mean"][c].get<double>(), kHalfPlace5);
    EXPECT_NEAR(std::sqrt(std::max(squares / kPlane - mean * mean, 0.0)), expected["std"][c].get<double>(),
                kHalfPlace5);
    for (size_t y = 0; y < 3; ++y) {
      for (size_t x = 0; x < 3; ++x) {
        EXPECT_NEAR(values[c * kPlane + 112 * (336 * y + x)], expected["grid"][c][y][x].get<double>(),
                    kHalfPlace4);
      }
    }
  }
}

void expect_picture(const LoadedImage& loaded, const json& expected) {
  EXPECT_EQ(to_string(loaded.facts.format), expected["format"].get<std::string>());
  EXPECT_EQ(loaded.facts.mode, expected["mode"].get<std::string>());
  EXPECT_EQ(json({loaded.facts.stored_width, loaded.facts.stored_height}), expected["size"]);
  EXPECT_EQ(json({loaded.image.width, loaded.image.height}), expected["upright_size"]);
  EXPECT_EQ(loaded.facts.orientation,
            expected["exif_orientation"].is_null() ? 1 : expected["exif_orientation"].get<int>());
  EXPECT_EQ(test::sha256(std::as_bytes(std::span(loaded.image.pixels))),
            expected["rgb_sha256"].get<std::string>());
  if (!expected.contains("clip336_pad")) return;  // pictures of a few pixels have none
  expect_input(loaded.image, AspectPolicy::kCrop, expected["clip336_crop"]);
  expect_input(loaded.image, AspectPolicy::kPad, expected["clip336_pad"]);
}

TEST(SharedImages, EqualPillowAndClip) {
  LAPILLI_REQUIRE_SHARED(data);
  std::ifstream file(data / "images/expected_pillow_clip.json");
  const json files = json::parse(file)["files"];
  size_t refused = 0;
  for (const auto& [name, expected] : files.items()) {
    SCOPED_TRACE(name);
    const auto loaded = load_image(data / "images" / name);
    if (expected.contains("error")) {
      ASSERT_FALSE(loaded) << "Pillow says " << expected["error"];
      EXPECT_NE(std::string(loaded.error().what()).find(name), std::string::npos);
      ++refused;
      continue;
    }
    ASSERT_TRUE(loaded) << loaded.error().what();
    expect_picture(*loaded, expected);
  }
  EXPECT_GT(refused, 20u);
}

}  // namespace
}  // namespace lapilli
