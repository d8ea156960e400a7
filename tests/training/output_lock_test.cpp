// SPDX-License-Identifier: Apache-2.0
#include "training/output_lock.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

#include <fstream>

namespace lapilli::training {
namespace {

namespace fs = std::filesystem;

class OutputLockTest : public test::TemporaryFolder {};

TEST_F(OutputLockTest, OneHasAFolderAtATime) {
  const fs::path output = folder() / "a/b";
  {
    const auto lock = OutputLock::take(output);
    ASSERT_TRUE(lock.ok()) << lock.error().what();
    EXPECT_REFUSED(OutputLock::take(output), ErrorCode::kIo, "another run saves here");
    EXPECT_TRUE(OutputLock::take(folder() / "c").ok());
    std::ofstream(output / "checkpoint") << "x";
  }
  EXPECT_TRUE(OutputLock::take(output).ok());
}

TEST_F(OutputLockTest, AFolderThatWasMadeForNothingGoesAgain) {
  fs::create_directory(folder() / "old");
  for (const char* name : {"new", "old"}) EXPECT_TRUE(OutputLock::take(folder() / name).ok());
  EXPECT_FALSE(fs::exists(folder() / "new"));
  EXPECT_TRUE(fs::exists(folder() / "old"));
}

TEST_F(OutputLockTest, WhatIsNoFolderIsNamed) {
  std::ofstream(folder() / "file") << "x";
  EXPECT_REFUSED(OutputLock::take(folder() / "file"), ErrorCode::kIo, "file");
}

}  // namespace
}  // namespace lapilli::training
