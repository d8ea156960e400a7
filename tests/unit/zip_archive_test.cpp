// SPDX-License-Identifier: Apache-2.0
#include "engine/io/zip_archive.h"

#include "tests/support/expect_error.h"
#include "tests/support/zip_builder.h"

namespace lapilli {
namespace {

using test::build_zip;
using test::little;
using test::ZipEntry;

constexpr auto kBad = ErrorCode::kBadFile;

Result<std::vector<ZipMember>> read(const std::string& archive) {
  return read_zip(as_bytes(archive));
}

ZipEntry good() {
  return {.name = "a/b", .data = "hello"};
}

TEST(ZipArchive, ReadsStoredMembers) {
  for (const bool zip64 : {false, true}) {
    const std::string archive =
        build_zip({good(), {.name = "a/empty", .data = ""}}, {.zip64_end = zip64, .comment = "note"});
    const auto members = read(archive);
    ASSERT_TRUE(members) << members.error().what();
    ASSERT_EQ(members->size(), 2u);
    EXPECT_EQ((*members)[0].name, "a/b");
    EXPECT_EQ(as_string_view((*members)[0].data), "hello");
    EXPECT_TRUE(verify_crc((*members)[0]));
    EXPECT_TRUE((*members)[1].data.empty());
  }
}

TEST(ZipArchive, ReadsSizesInTheMembersHeaderToo) {
  auto entry = good();
  entry.flags = 0;
  entry.local_size = 5;
  const std::string archive = build_zip({entry});
  EXPECT_TRUE(read(archive));
}

TEST(ZipArchive, ReadsZip64Fields) {
  auto entry = good();
  entry.size = entry.packed_size = entry.local_offset = 0xffffffff;
  entry.extra = little(uint16_t{1}) + little(uint16_t{24}) + little(uint64_t{5}) + little(uint64_t{5}) +
                little(uint64_t{0});
  const std::string archive =
      build_zip({entry}, {.zip64_end = true, .members = 0xffff, .directory_offset = 0xffffffff});
  const auto members = read(archive);
  ASSERT_TRUE(members) << members.error().what();
  EXPECT_EQ(as_string_view((*members)[0].data), "hello");

  entry.extra = little(uint16_t{1}) + little(uint16_t{8}) + little(uint64_t{5});
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "ZIP64 field needs 8 bytes");
  entry.extra.clear();
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "needs a ZIP64 field");
  entry.extra = little(uint16_t{1}) + little(uint16_t{24}) + little(~uint64_t{0}) + little(~uint64_t{0}) +
                little(uint64_t{0});
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "data of zip member a/b needs");
  entry.extra = little(uint16_t{1}) + little(uint16_t{24}) + little(uint64_t{5}) + little(uint64_t{5}) +
                little(~uint64_t{0});
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "begins behind");
}

TEST(ZipArchive, RefusesCutAndAmbiguousEnds) {
  const std::string archive = build_zip({good()});
  EXPECT_REFUSED(read("PK"), kBad, "too few");
  EXPECT_REFUSED(read(archive.substr(0, archive.size() - 1)), kBad, "no end record");
  EXPECT_REFUSED(read(archive + "x"), kBad, "no end record");
  EXPECT_REFUSED(read(archive.substr(1)), kBad, "");

  // A whole end record inside the comment: two readers could see two archives.
  const std::string inner = "PK\x05\x06" + std::string(18, '\0');
  EXPECT_REFUSED(read(build_zip({good()}, {.comment = inner})), kBad, "second end");
  EXPECT_REFUSED(read(build_zip({good()}, {.members = 2})), kBad, "zip directory needs");
  EXPECT_REFUSED(read(build_zip({good(), {.name = "a/c", .data = ""}}, {.members = 1})), kBad,
                 "more than its 1");
  EXPECT_REFUSED(read(build_zip({good()}, {.before_end = "gap"})), kBad, "does not end at the end record");
  EXPECT_REFUSED(read(build_zip({good()}, {.directory_offset = 7})), kBad, "does not end at the end record");
  EXPECT_REFUSED(read(build_zip({good()}, {.members = 0xffff})), kBad, "needs a ZIP64 end record");
  EXPECT_REFUSED(read(build_zip({good()}, {.zip64_end = true, .zip64_members_added = 1})), kBad,
                 "number of members is 1 in one end record and 2 in the other");
  EXPECT_REFUSED(
      read(build_zip({good()},
                     {.zip64_end = true, .zip64_members_added = uint64_t{1} << 40, .members = 0xffff})),
      kBad, "at most 65536");
}

TEST(ZipArchive, RefusesCompressionEncryptionAndOddFlags) {
  auto entry = good();
  entry.method = 8;
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "compressed (method 8)");
  entry = good();
  entry.flags = 0x0809;
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "encrypted");
  entry.flags = 0x2808;
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "flags");
  entry = good();
  entry.packed_size = 4;
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "takes 4 bytes for 5");
}

TEST(ZipArchive, RefusesMembersDescribedDifferentlyInTwoPlaces) {
  auto entry = good();
  entry.local_name = "a/c";
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "described differently");
  entry = good();
  entry.local_flags = 0x0809;
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "described differently");
  entry = good();
  entry.local_size = 4;
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "described differently");
  entry = good();
  entry.local_offset = 1;
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "does not begin here");
  entry.local_offset = 0x10000000;
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "begins behind");
}

TEST(ZipArchive, RefusesRangesOutsideTheFileOrInOneAnother) {
  auto entry = good();
  entry.size = entry.packed_size = 1000;
  EXPECT_REFUSED(read(build_zip({entry})), kBad, "data of zip member a/b needs 1000 bytes");
  // The first member's data claims to hold the second member.
  entry = good();
  entry.size = entry.packed_size = 20;
  EXPECT_REFUSED(read(build_zip({entry, {.name = "a/c", .data = "0123456789"}})), kBad, "inside another");
}

TEST(ZipArchive, RefusesNamesThatLeadOutsideOrRepeat) {
  const auto named = [](const std::string& name) { return read(build_zip({{.name = name, .data = "x"}})); };
  for (const char* name : {"../a", "a/../b", "a/..", "/a", "a//b", "a/", "./a", "a\\b", "c:a", "a\nb", ""}) {
    EXPECT_REFUSED(named(name), kBad, "zip member name");
  }
  EXPECT_REFUSED(named(std::string("a\0b", 3)), kBad, "zip member name");
  EXPECT_REFUSED(read(build_zip({good(), good()})), kBad, "listed twice");
  EXPECT_REFUSED(read(build_zip({good(), {.name = "A/B", .data = "x"}})), kBad, "listed twice");
}

TEST(ZipArchive, SeesDamagedMembers) {
  auto entry = good();
  entry.crc = 1;
  const std::string archive = build_zip({entry});
  const auto members = read(archive);
  ASSERT_TRUE(members) << members.error().what();
  EXPECT_REFUSED(verify_crc((*members)[0]), kBad, "checksum");
}

}  // namespace
}  // namespace lapilli
