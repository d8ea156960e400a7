// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/settings.h"

namespace lapilli::captions {

/// The right to write captions into a folder: one run has it alone, or the parts of one division share it.
/// The system takes it back when the process ends, however it does. Move-only.
class FolderLock {
 public:
  /// `folder`: where the lock files stand; made by the caller. Fails with kIo, naming the holder (program,
  /// host, process, since when) where another run has it.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder, const Shard& shard);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  FolderLock() = default;
  std::vector<int> descriptors_;
};

}  // namespace lapilli::captions
