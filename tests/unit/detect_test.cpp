// SPDX-License-Identifier: Apache-2.0
#include "engine/io/detect.h"

#include "tests/support/zip_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lapilli {
namespace {

FileKind kind_of(std::string_view content) {
  return detect(as_bytes(content));
}

TEST(Detect, TellsFilesApartByTheirFirstBytes) {
  EXPECT_EQ(kind_of("GGUF\3\0\0\0"), FileKind::kGguf);
  EXPECT_EQ(kind_of(test::build_zip({{.name = "a/b", .data = "x"}})), FileKind::kZip);
  EXPECT_EQ(kind_of(test::little(uint64_t{2}) + "{}"), FileKind::kSafetensors);
  EXPECT_EQ(kind_of("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M"),
            FileKind::kLegacyTorch);
  for (const char* magic : {"lmgg", "fmgg", "tjgg", "algg"}) EXPECT_EQ(kind_of(magic), FileKind::kOldGgml);
  EXPECT_EQ(kind_of("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"),
            FileKind::kGitLfsPointer);
  EXPECT_EQ(kind_of("<!DOCTYPE html><html>"), FileKind::kHtml);
  EXPECT_EQ(kind_of("\xef\xbb\xbf \n<!doctype html>"), FileKind::kHtml);
  EXPECT_EQ(kind_of("<HTML><head>"), FileKind::kHtml);
  EXPECT_EQ(kind_of(""), FileKind::kEmpty);
  EXPECT_EQ(kind_of("Entry not found"), FileKind::kOther);
  EXPECT_EQ(kind_of("G"), FileKind::kOther);
  EXPECT_EQ(kind_of(test::little(uint64_t{100'000'001}) + "{}"), FileKind::kOther);
  EXPECT_EQ(kind_of(test::little(uint64_t{2}) + "[]"), FileKind::kOther);
}

TEST(Detect, ExplainsEveryKindThatIsRefused) {
  EXPECT_EQ(refusal(FileKind::kGguf), "");
  EXPECT_EQ(refusal(FileKind::kZip), "");
  EXPECT_EQ(refusal(FileKind::kSafetensors), "");
  EXPECT_THAT(std::string(refusal(FileKind::kGitLfsPointer)), testing::HasSubstr("git lfs pull"));
  EXPECT_THAT(std::string(refusal(FileKind::kHtml)), testing::HasSubstr("web page"));
  EXPECT_THAT(std::string(refusal(FileKind::kLegacyTorch)), testing::HasSubstr("newer PyTorch"));
  EXPECT_THAT(std::string(refusal(FileKind::kOldGgml)), testing::HasSubstr("GGUF"));
  EXPECT_NE(refusal(FileKind::kEmpty), "");
  for (const char* form : {"safetensors", "PyTorch", "GGUF", "llama2.c"})
    EXPECT_THAT(std::string(refusal(FileKind::kOther)), testing::HasSubstr(form));
}

}  // namespace
}  // namespace lapilli
