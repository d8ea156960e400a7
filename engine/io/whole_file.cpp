// SPDX-License-Identifier: Apache-2.0
#include "engine/io/whole_file.h"

#include "engine/io/file.h"

#include <new>

namespace lapilli {

Result<std::vector<std::byte>> read_whole_file(const std::filesystem::path& path, uint64_t max_size_bytes) {
  const auto file = MappedFile::open(path);
  if (!file) return file.error();
  const uint64_t size = file->size_bytes();
  if (size > max_size_bytes) {
    return Error(ErrorCode::kBadFile,
                 text("has ", size, " bytes, at most ", max_size_bytes, " are expected here"), path.string());
  }
  try {
    std::vector<std::byte> content(size);
    if (auto read = file->read_at(0, content); !read) return read.error();
    return content;
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kOutOfMemory, text("its ", size, " bytes do not fit into memory"), path.string());
  }
}

}  // namespace lapilli
