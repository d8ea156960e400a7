// SPDX-License-Identifier: Apache-2.0
#include "app/cli/line_reader.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include <unistd.h>

namespace lapilli::cli {
namespace {

class LineReaderTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::pipe(ends_.data()), 0); }
  void TearDown() override {
    ::close(ends_[0]);
    if (ends_[1] >= 0) ::close(ends_[1]);
  }
  void send(std::string_view text) {
    ASSERT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() {
    ::close(ends_[1]);
    ends_[1] = -1;
  }
  std::array<int, 2> ends_{};
  std::string line_;
};

using Status = LineReader::Status;

TEST_F(LineReaderTest, GivesLinesWithoutTheirBreaks) {
  send("one\r\n\ntwo\nrest");
  end();
  LineReader lines(ends_[0], 10);
  for (const char* expected : {"one", "", "two", "rest"}) {
    ASSERT_EQ(lines.next(line_), Status::kLine);
    EXPECT_EQ(line_, expected);
  }
  EXPECT_EQ(lines.next(line_), Status::kEnd);
  EXPECT_EQ(lines.next(line_), Status::kEnd);
}

TEST_F(LineReaderTest, LeavesLongLinesOutAndGoesOn) {
  send("0123456789\n0123456789a\n0123456789");
  LineReader lines(ends_[0], 10);
  EXPECT_EQ(lines.next(line_), Status::kLine);
  EXPECT_EQ(lines.next(line_), Status::kTooLong);
  send("x\nnext\n" + std::string(50, 'y'));
  end();
  EXPECT_EQ(lines.next(line_), Status::kTooLong);
  EXPECT_EQ(lines.next(line_), Status::kLine);
  EXPECT_EQ(line_, "next");
  EXPECT_EQ(lines.next(line_), Status::kTooLong);
  EXPECT_EQ(lines.next(line_), Status::kEnd);
}

TEST_F(LineReaderTest, AReadableWakingDescriptorInterrupts) {
  std::array<int, 2> wake{};
  ASSERT_EQ(::pipe(wake.data()), 0);
  LineReader lines(ends_[0], 10, wake[0]);
  ASSERT_EQ(::write(wake[1], "w", 1), 1);
  EXPECT_EQ(lines.next(line_), Status::kInterrupted);
  ::close(wake[0]);
  ::close(wake[1]);
}

}  // namespace
}  // namespace lapilli::cli
