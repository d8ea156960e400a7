// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image.h"
#include "engine/io/file.h"
#include "engine/io/orientation.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <thread>

#include <zlib.h>

namespace lapilli {
namespace {

namespace fs = std::filesystem;

Image noise(uint32_t width, uint32_t height) {
  std::mt19937 random(7);
  Image image(width, height);
  for (uint8_t& value : image.pixels) value = static_cast<uint8_t>(random());
  return image;
}

Rgb pixel(const Image& image, uint32_t x, uint32_t y) {
  const uint8_t* at = image.row(y) + size_t{3} * x;
  return {at[0], at[1], at[2]};
}

using ImageFileTest = test::TemporaryFolder;

TEST_F(ImageFileTest, WrittenPngReadsBackTheSame) {
  for (const auto& [width, height] : {std::pair{1u, 1u}, {113u, 29u}, {336u, 336u}}) {
    const Image image = noise(width, height);
    ASSERT_TRUE(write_png(folder() / "a.png", image));
    const auto loaded = load_image(folder() / "a.png");
    ASSERT_TRUE(loaded) << loaded.error().what();
    EXPECT_EQ(loaded->facts.format, ImageFormat::kPng);
    EXPECT_EQ(loaded->facts.mode, "RGB");
    EXPECT_EQ(loaded->image.width, width);
    EXPECT_EQ(loaded->image.pixels, image.pixels);
  }
}

TEST_F(ImageFileTest, ErrorsNameTheFileAndTheReason) {
  EXPECT_EQ(load_image(folder() / "absent.jpg").error().code(), ErrorCode::kNotFound);
  ASSERT_TRUE(replace_file(folder() / "empty.png", Bytes()));
  ASSERT_TRUE(replace_file(folder() / "page.jpg", as_bytes("<!DOCTYPE html><html></html>")));
  for (const auto* name : {"empty.png", "page.jpg"}) {
    const auto loaded = load_image(folder() / name);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code(), ErrorCode::kBadFile);
    EXPECT_NE(std::string(loaded.error().what()).find(name), std::string::npos);
  }
}

TEST_F(ImageFileTest, AFileThatIsCutWhileItIsReadIsAnError) {
  const fs::path path = folder() / "a.png";
  ASSERT_TRUE(write_png(path, noise(700, 500)));
  const std::string whole = read_text_file(path, 10 << 20).value();
  const size_t half = whole.size() / 2;
  std::jthread other([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      fs::resize_file(path, half);
      std::ofstream(path, std::ios::binary | std::ios::app)
          .write(whole.data() + half, static_cast<std::streamsize>(whole.size() - half));
    }
  });
  for (int attempt = 0; attempt < 100; ++attempt) {
    const auto loaded = load_image(path);
    if (loaded) continue;
    const ErrorCode code = loaded.error().code();
    EXPECT_TRUE(code == ErrorCode::kIo || code == ErrorCode::kBadFile) << loaded.error().what();
  }
}

TEST(ImageHeader, SmallFilesCannotClaimHugePictures) {
  using namespace std::string_view_literals;
  constexpr auto kPng =
      "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x4e\x20\0\0\x4e\x20\x08\x02\0\0\0\xd0\xe6\x50\x85\0\0\0\0IDAT\x35\xaf\x06\x1e"sv;
  const auto png = decode_image(as_bytes(kPng));
  ASSERT_FALSE(png);
  EXPECT_EQ(png.error().code(), ErrorCode::kBadFile);
}

void append_big_endian(std::string& to, uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) to += static_cast<char>(value >> shift & 255);
}

/// A PNG whose header states this size; its checksum is right, its data are missing.
std::string png_header(uint32_t width, uint32_t height) {
  std::string chunk = "IHDR";
  append_big_endian(chunk, width);
  append_big_endian(chunk, height);
  chunk += std::string("\x08\x02\0\0\0", 5);
  std::string file = "\x89PNG\r\n\x1a\n";
  append_big_endian(file, 13);
  file += chunk;
  append_big_endian(file, static_cast<uint32_t>(
                              crc32(0, reinterpret_cast<const Bytef*>(chunk.data()), uInt(chunk.size()))));
  return file;
}

std::string reason(std::string_view file) {
  const auto decoded = decode_image(as_bytes(file));
  return decoded ? "decoded" : decoded.error().message();
}

TEST(ImageHeader, AStatedSizeThatIsRefusedIsTold) {
  EXPECT_THAT(reason(png_header(100000, 100000)),
              testing::StartsWith("the picture has 100000 x 100000 pixels, at most "));
  EXPECT_EQ(reason(png_header(0, 0)), "the picture is empty: 0 x 0 pixels");
  EXPECT_EQ(reason(png_header(4, 4)), "damaged PNG: the file is truncated: it ends after 33 bytes");
}

TEST(ImageHeader, WhatIsNoPictureIsNamed) {
  EXPECT_THAT(reason("<!DOCTYPE html><html></html>"), testing::StartsWith("is a web page"));
  EXPECT_THAT(reason("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"),
              testing::StartsWith("is a Git-LFS pointer, not the picture"));
  EXPECT_THAT(reason("GGUF\x03"), testing::StartsWith("is a model's weight file"));
  EXPECT_THAT(reason("some words"), testing::StartsWith("is not a picture of a known format"));
}

TEST(Orientation, TurnsPixelsAsExifDefines) {
  const Image image = noise(3, 2);
  const Rgb corner = pixel(image, 0, 0);  // the stored top left, and where each value puts it
  const Rgb next = pixel(image, 1, 0);
  struct Case {
    int orientation;
    uint32_t width, x, y, next_x, next_y;
  };
  for (const auto& c :
       {Case{1, 3, 0, 0, 1, 0}, Case{2, 3, 2, 0, 1, 0}, Case{3, 3, 2, 1, 1, 1}, Case{4, 3, 0, 1, 1, 1},
        Case{5, 2, 0, 0, 0, 1}, Case{6, 2, 1, 0, 1, 1}, Case{7, 2, 1, 2, 1, 1}, Case{8, 2, 0, 2, 0, 1}}) {
    const Image turned = upright(image, c.orientation);
    EXPECT_EQ(turned.width, c.width) << c.orientation;
    EXPECT_EQ(pixel(turned, c.x, c.y), corner) << c.orientation;
    EXPECT_EQ(pixel(turned, c.next_x, c.next_y), next) << c.orientation;
  }
}

TEST(Orientation, ReadsBothByteOrdersAndRefusesOtherValues) {
  using namespace std::string_view_literals;
  EXPECT_EQ(exif_orientation(as_bytes("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"sv)),
            6);
  EXPECT_EQ(
      exif_orientation(as_bytes("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0"sv)),
      8);
  EXPECT_EQ(exif_orientation(as_bytes("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0\0\0\0\0"sv)),
            std::nullopt);
  EXPECT_EQ(exif_orientation(as_bytes("II*\0\xff\xff\xff\xff"sv)), std::nullopt);
  EXPECT_EQ(exif_orientation(as_bytes("")), std::nullopt);
  EXPECT_EQ(xmp_orientation(as_bytes("<a tiff:Orientation=\"3\"/>")), 3);
  EXPECT_EQ(xmp_orientation(as_bytes("<tiff:Orientation>7</tiff:Orientation>")), 7);
  EXPECT_EQ(xmp_orientation(as_bytes("<tiff:Orientation")), std::nullopt);
}

}  // namespace
}  // namespace lapilli
