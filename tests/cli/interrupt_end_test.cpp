// SPDX-License-Identifier: Apache-2.0
#include "app/cli/interrupt.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

#include <unistd.h>

namespace lapilli::cli {
namespace {

/// Work that Ctrl+C does not stop: longer than the program may go on, then with a code of its own.
[[noreturn]] void work_on() {
  ::kill(::getpid(), SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  ::_exit(7);
}

TEST(InterruptEnd, LoadingIsCutOffAndWhatFollowsIsNot) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        Interrupt interrupt;
        interrupt.end_in_time();
        work_on();
      },
      testing::ExitedWithCode(130), "");
  EXPECT_EXIT(
      {
        Interrupt interrupt;
        interrupt.end_in_time();
        interrupt.end_by_itself();
        work_on();
      },
      testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace lapilli::cli
