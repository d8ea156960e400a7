// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace lapilli {

/// A whole file mapped read-only. Move-only; the bytes live as long as the object.
///
/// The size is the one seen when the file was opened. A file cut short afterwards makes the system raise
/// SIGBUS on access; readers that copy large ranges use read_at, which reports kIo instead.
class MappedFile {
 public:
  /// Fails with kNotFound, kIo, or kInvalidArgument for anything that is not a regular file.
  static Result<MappedFile> open(const std::filesystem::path& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  [[nodiscard]] Bytes bytes() const { return bytes_; }
  [[nodiscard]] uint64_t size_bytes() const { return bytes_.size(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Copies [offset, offset + to.size()) with pread; fails with kIo when the file no longer holds it.
  [[nodiscard]] Result<void> read_at(uint64_t offset, std::span<std::byte> to) const;

 private:
  MappedFile() = default;
  void close() noexcept;

  std::filesystem::path path_;
  int descriptor_ = -1;
  Bytes bytes_;
};

/// Reads a small text file whole; fails with kNotFound, kIo, kOutOfMemory, or kBadFile when it is larger than
/// `max_size_bytes`.
[[nodiscard]] Result<std::string> read_text_file(const std::filesystem::path& path, uint64_t max_size_bytes);

/// The same of any file. Copied rather than mapped: for files that other programs may change while they are
/// read, since one that is cut meanwhile is an error here, where a mapping of it would end the program.
[[nodiscard]] Result<std::vector<std::byte>> read_whole_file(const std::filesystem::path& path,
                                                             uint64_t max_size_bytes);

/// Writes a file so that a reader sees the old content or the new one, never a part: temporary sibling,
/// flush, rename.
///
/// `write` receives the open descriptor and may write, seek and truncate; when it throws or fails, the old
/// file stays and the temporary is removed. Fails with kIo, kInvalidArgument where something other than a
/// regular file stands at the path.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& path,
                                        const std::function<Result<void>(int descriptor)>& write);

/// Makes what happened to the path in its folder, such as a rename, durable; a folder that can't be opened
/// (some network mounts) is left as it is.
void flush_entry(const std::filesystem::path& path);

/// replace_file with the given content.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& path, Bytes content);

/// Writes all bytes at the descriptor's position; fails with kIo (disk full and the like).
[[nodiscard]] Result<void> write_all(int descriptor, Bytes bytes);

}  // namespace lapilli
