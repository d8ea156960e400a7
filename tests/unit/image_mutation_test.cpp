// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image.h"
#include "tests/support/picture_zoo.h"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <chrono>
#include <random>

namespace lapilli {
namespace {

/// Small limits, so that what a damaged header claims stays small as well.
constexpr ImageOptions kOptions{.limits = {.max_side = 2048, .max_pixels = 1 << 20}};
constexpr long kMostGrowthKiB = 256 << 10;
constexpr auto kTimeToSpend = std::chrono::seconds(3);

long peak_memory_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

std::string mutate(const std::string& file, std::mt19937& random) {
  std::string damaged = file;
  const auto pick = [&](size_t count) { return std::uniform_int_distribution<size_t>(0, count - 1)(random); };
  const size_t head = std::min<size_t>(file.size(), 128);
  for (size_t n = 1 + pick(4); n > 0; --n) {
    const size_t at = pick(2) ? pick(head) : pick(damaged.size());
    switch (pick(4)) {
      case 0:
        damaged[at] = static_cast<char>(damaged[at] ^ 1 << pick(8));
        break;
      case 1:
        damaged[at] = static_cast<char>(random());
        break;
      case 2:
        damaged[at] = pick(2) ? '\xff' : '\0';
        break;
      default:
        damaged.resize(std::max<size_t>(at, 1));
        break;
    }
    if (damaged.size() < head) break;
  }
  return damaged;
}

TEST(ImageMutation, DamagedFilesNeitherCrashNorGrow) {
  const auto zoo = test::read_picture_zoo();
  std::mt19937 random(20231003);
  const long before = peak_memory_kib();
  const auto end = std::chrono::steady_clock::now() + kTimeToSpend;
  size_t tried = 0;
  size_t refused = 0;
  for (size_t round = 0; round < 40 && std::chrono::steady_clock::now() < end; ++round) {
    for (const auto& [name, picture] : zoo) {
      const std::string damaged = mutate(picture.file, random);
      const auto loaded = decode_image(as_bytes(damaged), kOptions);
      ++tried;
      if (!loaded) {
        ++refused;
        EXPECT_NE(loaded.error().code(), ErrorCode::kInternal) << name;
        continue;
      }
      ASSERT_LE(loaded->image.pixels.size(), 3 * kOptions.limits.max_pixels) << name;
    }
  }
  EXPECT_GT(tried, zoo.size() - 1);
  EXPECT_GT(refused, tried / 10);
#ifndef __SANITIZE_ADDRESS__  // which keeps freed memory back
  EXPECT_LT(peak_memory_kib() - before, kMostGrowthKiB);
#endif
  RecordProperty("tried", static_cast<int>(tried));
}

TEST(ImageMutation, EveryCutOfEveryFormatIsHandled) {
  const auto zoo = test::read_picture_zoo();
  for (const std::string name : {"q90-s2-progressive.jpg", "P.png", "interlaced.gif", "rle8.bmp", "RGBA.webp",
                                 "palette-4-big-endian.tif", "RGB-jpeg.tif", "turned-6.avif"}) {
    const std::string& file = zoo.at(name).file;
    for (size_t size = 0; size < file.size(); size += 1 + file.size() / 150) {
      const auto loaded = decode_image(as_bytes(std::string_view(file).substr(0, size)), kOptions);
      if (!loaded) {
        EXPECT_FALSE(loaded.error().message().empty());
      }
    }
  }
}

}  // namespace
}  // namespace lapilli
