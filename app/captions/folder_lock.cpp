// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/folder_lock.h"

#include "engine/io/file.h"
#include "engine/io/utf8.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPartPrefix = "lock-";

std::string part_name(const Shard& shard) {
  return text(kPartPrefix, shard.index, "-of-", shard.count);
}

/// This process, for those who find the folder locked.
std::string own_name() {
  char host[256] = "?";
  ::gethostname(host, sizeof host - 1);
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  char since[32];
  std::strftime(since, sizeof since, "%Y-%m-%d %H:%M:%S", &local);
  return text("lapilli on ", host, ", process ", ::getpid(), ", since ", since);
}

int open_lock(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0)
    throw Error(ErrorCode::kIo, text("cannot be opened: ", std::strerror(errno)), path.string());
  return descriptor;
}

std::string holder_in(const fs::path& path) {
  const auto content = read_text_file(path, 1024);
  return content && !content->empty() ? to_valid_utf8(*content) : "a program that has not said its name";
}

/// Who has the folder: the parts' files first, since `lock` may still name an earlier run beside them.
std::string holder_among(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (!entry.path().filename().string().starts_with(kPartPrefix)) continue;
    const int descriptor = ::open(entry.path().c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) continue;
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0;
    ::close(descriptor);
    if (held) return holder_in(entry.path());
  }
  return holder_in(folder / "lock");
}

[[noreturn]] void refuse(const fs::path& folder, const std::string& holder, std::string_view what) {
  throw Error(ErrorCode::kIo, text(what, " (", holder, "); wait until it has ended, or stop it"),
              folder.parent_path().string());
}

/// Parts of another division would overlap with this one.
void refuse_other_divisions(const fs::path& folder, const Shard& shard) {
  const std::string same = text("-of-", shard.count);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPartPrefix) || name.ends_with(same)) continue;
    const int descriptor = ::open(entry.path().c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) continue;
    const bool held = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0;
    ::close(descriptor);
    if (held) refuse(folder, holder_in(entry.path()), text("the folder is being divided otherwise, ", name));
  }
}

void write_own_name(int descriptor) {
  const std::string name = own_name();
  if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, name.data(), name.size(), 0) < 0)
    throw Error(ErrorCode::kIo, text("the lock cannot be written: ", std::strerror(errno)));
}

}  // namespace

Result<FolderLock> FolderLock::take(const fs::path& folder, const Shard& shard) {
  return try_result([&] {
    FolderLock lock;
    const bool whole = shard.count == 1;
    const int all = open_lock(folder / "lock");
    lock.descriptors_.push_back(all);
    if (::flock(all, (whole ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0)
      refuse(folder, holder_among(folder), "another run writes captions into this folder");
    if (whole) {
      write_own_name(all);
      return lock;
    }
    const int part = open_lock(folder / part_name(shard));
    lock.descriptors_.push_back(part);
    if (::flock(part, LOCK_EX | LOCK_NB) != 0) {
      refuse(folder, holder_in(folder / part_name(shard)),
             text("another run does part ", shard.index, "/", shard.count, " of this folder"));
    }
    write_own_name(part);
    refuse_other_divisions(folder, shard);
    return lock;
  });
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptors_(std::exchange(other.descriptors_, {})) {}

FolderLock::~FolderLock() {
  for (const int descriptor : descriptors_) ::close(descriptor);
}

}  // namespace lapilli::captions
