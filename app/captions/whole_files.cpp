// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/whole_files.h"

#include "engine/base/hash.h"
#include "engine/io/file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;

void flush(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return;
  const int result = ::fsync(descriptor);
  ::close(descriptor);
  if (result != 0 && errno == EIO) throw failure("cannot be flushed", path);
}

std::string content_hash(uint64_t state, uint64_t size_bytes) {
  return text(std::hex, state, '-', size_bytes);
}

/// Names of attributes; none where the file system has no such thing.
std::vector<std::string> attributes_of(const fs::path& path) {
  std::vector<char> names(4096);
  ssize_t size = 0;
  while ((size = ::listxattr(path.c_str(), names.data(), names.size())) < 0 && errno == ERANGE)
    names.resize(2 * names.size());
  std::vector<std::string> found;
  for (ssize_t at = 0; at < size; at += static_cast<ssize_t>(found.back().size()) + 1)
    found.emplace_back(names.data() + at);
  return found;
}

/// One of the system's own (capabilities, labels) may not be copied; one of the user's must not be lost.
void copy_attribute(const std::string& name, const fs::path& from, const fs::path& to) {
  std::vector<char> value(size_t{64} << 10);  // the kernel's limit
  const ssize_t size = ::getxattr(from.c_str(), name.c_str(), value.data(), value.size());
  const bool copied =
      size >= 0 && ::setxattr(to.c_str(), name.c_str(), value.data(), static_cast<size_t>(size), 0) == 0;
  if (!copied && name.starts_with("user."))
    throw failure(text("its attribute ", name, " cannot be kept"), from);
}

struct stat status_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw failure("cannot be looked at", path);
  return status;
}

}  // namespace

Error failure(std::string_view what, const fs::path& path) {
  const int code = errno;
  return Error(code == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, text(what, ": ", std::strerror(code)),
               path.string());
}

fs::path unfinished(const fs::path& path) {
  constexpr std::string_view kEnd = ".lapilli-unfinished";
  const std::string name = path.filename().string();
  const bool fits = 1 + name.size() + kEnd.size() <= kMostNameBytes;
  return path.parent_path() / text('.', fits ? name : hash_of(name), kEnd);
}

void write_file(const fs::path& path, std::string_view content) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) throw failure("cannot be made", path);
  const auto written = write_all(descriptor, as_bytes(content));
  const bool flushed = ::fsync(descriptor) == 0;
  const Error not_flushed = failure("cannot be flushed", path);
  ::close(descriptor);
  if (!written) throw written.error();
  if (!flushed) throw not_flushed;
}

void copy_whole_file(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  if (error) throw Error(ErrorCode::kIo, text("cannot be copied: ", error.message()), from.string());
  take_look(from, to);
  flush_file(to);
}

void rename_file(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) throw failure("cannot be replaced", to);
  flush_folder(to.parent_path());
}

void flush_file(const fs::path& path) {
  flush(path, O_RDONLY);
}

void flush_folder(const fs::path& path) {
  flush(path, O_RDONLY | O_DIRECTORY);
}

bool is_link(const fs::path& path) {
  std::error_code ignored;
  return fs::is_symlink(fs::symlink_status(path, ignored));
}

void copy_link(const fs::path& from, const fs::path& to) {
  std::error_code error;
  const fs::path target = fs::read_symlink(from, error);
  if (!error) fs::create_symlink(target, to, error);
  if (error) throw Error(ErrorCode::kIo, text("the link cannot be kept: ", error.message()), from.string());
}

void take_look(const fs::path& from, const fs::path& to) {
  const struct stat status = status_of(from);
  for (const std::string& name : attributes_of(from)) copy_attribute(name, from, to);
  // Who may not give a file away may still give it to a group of theirs.
  [[maybe_unused]] const bool given = ::chown(to.c_str(), status.st_uid, status.st_gid) == 0 ||
                                      ::chown(to.c_str(), static_cast<uid_t>(-1), status.st_gid) == 0;
  ::chmod(to.c_str(), status.st_mode & 07777);  // last, since a new owner takes some of it away
}

void take_times(const fs::path& from, const fs::path& to) {
  const struct stat status = status_of(from);
  const timespec times[2] = {status.st_atim, status.st_mtim};
  ::utimensat(AT_FDCWD, to.c_str(), times, 0);
}

bool is_protected(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0;
}

std::string hash_of(std::string_view content) {
  return content_hash(fnv1a(as_bytes(content)), content.size());
}

std::optional<std::string> hash_of_file(const fs::path& path) {
  const auto file = MappedFile::open(path);
  if (!file && file.error().code() == ErrorCode::kNotFound) return std::nullopt;
  const uint64_t size = file.value().size_bytes();
  std::vector<std::byte> piece(std::min<uint64_t>(size, uint64_t{1} << 20));
  uint64_t state = fnv1a({});
  // Copied, since another program may cut it meanwhile.
  for (uint64_t at = 0; at < size; at += piece.size()) {
    piece.resize(std::min<uint64_t>(piece.size(), size - at));
    file->read_at(at, piece).value();
    state = fnv1a(piece, state);
  }
  return content_hash(state, size);
}

}  // namespace lapilli::captions
