// SPDX-License-Identifier: Apache-2.0
// Files are made byte by byte, as the specifications of TIFF, EXIF and XMP have them.
#include "app/captions/picture_facts.h"
#include "tests/cli/caption_fixture.h"

#include <chrono>

#include <sys/stat.h>
#include <utime.h>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using captions::facts_of;

class PictureFactsTest : public TemporaryFolder {};

void put_u16(std::string& bytes, uint32_t value) {
  bytes += static_cast<char>(value & 0xff);
  bytes += static_cast<char>(value >> 8 & 0xff);
}
void put_u32(std::string& bytes, uint32_t value) {
  put_u16(bytes, value & 0xffff);
  put_u16(bytes, value >> 16);
}

/// A TIFF of one grey pixel that says when it was made (tag 0x0132) and how many stars it has (tag 0x4746,
/// with so many values).
std::string tiff(const std::string& date, uint32_t stars, uint32_t values = 1) {
  std::string bytes = "II*";
  bytes += '\0';
  put_u32(bytes, 8);
  constexpr uint32_t kEntries = 8, kBehind = 8 + 2 + kEntries * 12 + 4;
  put_u16(bytes, kEntries);
  const auto entry = [&](uint32_t tag, uint32_t type, uint32_t count, uint32_t value) {
    put_u16(bytes, tag);
    put_u16(bytes, type);
    put_u32(bytes, count);
    put_u32(bytes, value);
  };
  entry(0x0100, 3, 1, 1);             // width
  entry(0x0101, 3, 1, 1);             // height
  entry(0x0102, 3, 1, 8);             // bits
  entry(0x0106, 3, 1, 1);             // black is zero
  entry(0x0111, 4, 1, kBehind + 20);  // where the pixel is
  entry(0x0117, 4, 1, 1);             // its bytes
  entry(0x0132, 2, 20, kBehind);
  entry(0x4746, 3, values, stars);
  put_u32(bytes, 0);
  return bytes + date + '\0' + '\x7f';
}

std::string sidecar(const std::string& stars) {
  return R"(<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">)"
         R"(<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating=")" +
         stars + R"("/></rdf:RDF></x:xmpmeta>)";
}

/// The local noon of that day.
void set_time(const fs::path& file, int year, int month, int day) {
  std::tm local{};
  local.tm_year = year - 1900;
  local.tm_mon = month - 1;
  local.tm_mday = day;
  local.tm_hour = 12;
  local.tm_isdst = -1;
  const utimbuf times{std::mktime(&local), std::mktime(&local)};
  ASSERT_EQ(::utime(file.c_str(), &times), 0);
}

TEST_F(PictureFactsTest, TheFileSaysItsSizeAndDate) {
  put_picture(folder() / "day 1/a.png", 3);
  set_time(folder() / "day 1/a.png", 2021, 3, 9);
  const auto facts = facts_of(folder(), "day 1/a.png").value();
  EXPECT_EQ(facts.size_bytes, fs::file_size(folder() / "day 1/a.png"));
  EXPECT_EQ(facts.date, "2021-03-09");
  EXPECT_EQ(facts.rating, 0);
}

TEST_F(PictureFactsTest, ThePictureSaysWhenItWasTakenAndItsStars) {
  put_text(folder() / "a.tif", tiff("2019:12:31 23:59:59", 3));
  const auto facts = facts_of(folder(), "a.tif").value();
  EXPECT_EQ(facts.date, "2019-12-31");
  EXPECT_EQ(facts.rating, 3);
}

TEST_F(PictureFactsTest, ASidecarsStarsComeFirst) {
  put_text(folder() / "a.tif", tiff("2019:12:31 23:59:59", 3));
  put_text(folder() / "a.tif.xmp", sidecar("5"));
  EXPECT_EQ(facts_of(folder(), "a.tif").value().rating, 5);
  put_text(folder() / "a.tif.xmp", sidecar("-1"));
  EXPECT_EQ(facts_of(folder(), "a.tif").value().rating, -1);
  for (const char* odd : {"6", "many", "-2"}) {
    put_text(folder() / "a.tif.xmp", sidecar(odd));
    const int rating = facts_of(folder(), "a.tif").value().rating;
    EXPECT_TRUE(rating == 3 || rating == 0) << odd << ": " << rating;
  }
  put_text(folder() / "a.tif.xmp", "no XMP");
  EXPECT_EQ(facts_of(folder(), "a.tif").value().rating, 3);
}

TEST_F(PictureFactsTest, ARatingWithoutAValueIsNone) {
  put_text(folder() / "a.tif", tiff("2019:12:31 23:59:59", 3, 0));
  const auto facts = facts_of(folder(), "a.tif").value();
  EXPECT_EQ(facts.date, "2019-12-31");
  EXPECT_EQ(facts.rating, 0);
  put_text(folder() / "a.tif.xmp", sidecar(""));
  EXPECT_EQ(facts_of(folder(), "a.tif").value().rating, 0);
}

TEST_F(PictureFactsTest, WhatIsNoPictureHasFactsToo) {
  put_text(folder() / "broken.jpg", "no picture");
  set_time(folder() / "broken.jpg", 2022, 1, 1);
  const auto facts = facts_of(folder(), "broken.jpg").value();
  EXPECT_EQ(facts.size_bytes, 10u);
  EXPECT_EQ(facts.date, "2022-01-01");
  EXPECT_EQ(facts_of(folder(), "absent.jpg").error().code(), ErrorCode::kNotFound);
  ASSERT_EQ(::mkfifo((folder() / "pipe.jpg").c_str(), 0600), 0);
  EXPECT_EQ(facts_of(folder(), "pipe.jpg").error().code(), ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace lapilli::test
