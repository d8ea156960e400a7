// SPDX-License-Identifier: Apache-2.0
#include "app/cli/caption_view.h"

#include <gtest/gtest.h>

namespace lapilli::cli {
namespace {

using namespace std::chrono_literals;

captions::RunAdvanced after(uint64_t done) {
  return {.counts = {.waiting = 8 - done, .answered = 0, .done = done, .skipped = 5, .failed = 0},
          .pictures_per_minute = 12.5,
          .seconds_left = 90};
}

/// What goes to standard error, which is no terminal here.
std::string shown(std::chrono::milliseconds interval, bool json = false) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  Output output(json);
  CaptionView view(output, interval);
  view.show(captions::ScanAdvanced{.found = 13, .rows = {}});
  view.show(after(3));
  view.show(after(4));
  static_cast<void>(testing::internal::GetCapturedStdout());
  return testing::internal::GetCapturedStderr();
}

TEST(CaptionView, WithoutATerminalProgressIsALineNowAndThen) {
  EXPECT_EQ(shown(0ms),
            "found 13 pictures\n"
            "3 of 8 pictures, 12.5 a minute, 1 min 30 s left\n"
            "4 of 8 pictures, 12.5 a minute, 1 min 30 s left\n");
  EXPECT_EQ(shown(CaptionView::kLineInterval), "") << "so long has not passed";
  EXPECT_EQ(shown(0ms, true), "") << "programs read it from standard output";
}

}  // namespace
}  // namespace lapilli::cli
