// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"

#include <filesystem>

namespace lapilli::training {

/// The right to save a run in a folder, which one process has at a time. The system takes it back when the
/// process ends, however it does. Where folders can't be locked (some network file systems) all get it.
/// Move-only.
class OutputLock {
 public:
  /// Makes the folder where it is missing. Fails with kIo where another process has it, or it can't be made.
  [[nodiscard]] static Result<OutputLock> take(const std::filesystem::path& folder);

  OutputLock(OutputLock&& other) noexcept;
  OutputLock& operator=(OutputLock&&) = delete;
  /// A folder that was made and is still empty goes again.
  ~OutputLock();

 private:
  OutputLock(std::filesystem::path folder, bool made, int descriptor)
      : folder_(std::move(folder)), made_(made), descriptor_(descriptor) {}

  std::filesystem::path folder_;
  bool made_;
  int descriptor_;
};

}  // namespace lapilli::training
