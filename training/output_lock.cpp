// SPDX-License-Identifier: Apache-2.0
#include "training/output_lock.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace lapilli::training {

Result<OutputLock> OutputLock::take(const std::filesystem::path& folder) {
  const auto refuse = [&](const std::string& sentence) {
    return Error(ErrorCode::kIo, sentence, folder.string());
  };
  std::error_code error;
  const bool made = std::filesystem::create_directories(folder, error);
  if (error) return refuse(text("the folder can't be made: ", error.message()));
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return refuse(text("the folder can't be opened: ", std::strerror(errno)));
  OutputLock lock(folder, made, descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return refuse("another run saves here; wait until it has ended, or name another folder");
  return lock;
}

OutputLock::OutputLock(OutputLock&& other) noexcept
    : folder_(std::move(other.folder_)),
      made_(std::exchange(other.made_, false)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputLock::~OutputLock() {
  if (made_) ::rmdir(folder_.c_str());
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace lapilli::training
