// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include <stdlib.h>

namespace lapilli::test {

/// A new, empty folder that nothing else has, the same test of another checkout least of all; removed with
/// all that is in it.
class OwnFolder {
 public:
  OwnFolder() {
    std::string name = std::filesystem::path(testing::TempDir()) / "lapilli-test-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr)
      throw std::filesystem::filesystem_error("mkdtemp", name,
                                              std::error_code(errno, std::generic_category()));
    path_ = name;
  }
  ~OwnFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A fixture with such a folder.
class TemporaryFolder : public testing::Test {
 protected:
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  const OwnFolder folder_;
};

}  // namespace lapilli::test
