// SPDX-License-Identifier: Apache-2.0
#include "engine/io/file.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>

#include <sys/stat.h>

namespace lapilli {
namespace {

namespace fs = std::filesystem;

class FileTest : public test::TemporaryFolder {
 protected:
  [[nodiscard]] size_t entries() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder()), fs::directory_iterator()));
  }
};

TEST_F(FileTest, ReplaceWritesTheWholeContent) {
  ASSERT_TRUE(replace_file(folder() / "a", as_bytes("first")));
  ASSERT_TRUE(replace_file(folder() / "a", as_bytes("second")));
  EXPECT_EQ(read_text_file(folder() / "a", 100).value(), "second");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(FileTest, FailedReplaceKeepsTheOldFileAndLeavesNothingBehind) {
  ASSERT_TRUE(replace_file(folder() / "a", as_bytes("old")));
  const auto failed = replace_file(folder() / "a", [](int descriptor) -> Result<void> {
    write_all(descriptor, as_bytes("half")).value();
    return Error(ErrorCode::kIo, "disk full");
  });
  EXPECT_FALSE(failed);
  EXPECT_THROW((void)replace_file(folder() / "a",
                                  [](int) -> Result<void> { throw Error(ErrorCode::kStopped, "stopped"); }),
               Error);
  EXPECT_EQ(read_text_file(folder() / "a", 100).value(), "old");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(FileTest, OpenNamesWhatIsWrong) {
  EXPECT_EQ(MappedFile::open(folder() / "absent").error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(MappedFile::open(folder()).error().code(), ErrorCode::kInvalidArgument);
  ASSERT_TRUE(replace_file(folder() / "empty", Bytes()));
  EXPECT_EQ(MappedFile::open(folder() / "empty").value().size_bytes(), 0u);
}

TEST_F(FileTest, AQueueWithoutAWriterIsRefusedAndNotWaitedFor) {
  ASSERT_EQ(::mkfifo((folder() / "queue").c_str(), 0600), 0);
  EXPECT_EQ(replace_file(folder() / "queue", Bytes()).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(std::filesystem::is_fifo(folder() / "queue"));
  EXPECT_EQ(MappedFile::open(folder() / "queue").error().code(), ErrorCode::kInvalidArgument);
}

TEST_F(FileTest, ReadAtReportsAFileCutShortWhileOpen) {
  ASSERT_TRUE(replace_file(folder() / "a", as_bytes("0123456789")));
  auto file = MappedFile::open(folder() / "a").value();
  fs::resize_file(folder() / "a", 4);
  std::array<std::byte, 6> to{};
  const auto read = file.read_at(2, to);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), ErrorCode::kIo);
}

}  // namespace
}  // namespace lapilli
