// SPDX-License-Identifier: Apache-2.0
#include "engine/io/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace lapilli {
namespace {

Error system_error(std::string_view action, const std::filesystem::path& path) {
  const int number = errno;
  const ErrorCode code = number == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  return Error(code, text("cannot ", action, ": ", std::strerror(number)), path.string());
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

}  // namespace

void flush_entry(const std::filesystem::path& path) {
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const Descriptor handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.get() >= 0) ::fsync(handle.get());
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (descriptor.get() < 0) return system_error("open", path);
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) return system_error("read the size of", path);
  if (!S_ISREG(status.st_mode))
    return Error(ErrorCode::kInvalidArgument, "is not a regular file", path.string());

  MappedFile file;
  file.path_ = path;
  if (status.st_size > 0) {
    const auto size = static_cast<size_t>(status.st_size);
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
    if (address == MAP_FAILED) return system_error("map", path);
    file.bytes_ = Bytes(static_cast<const std::byte*>(address), size);
  }
  file.descriptor_ = descriptor.release();
  return file;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      bytes_(std::exchange(other.bytes_, Bytes())) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  if (this != &other) {
    close();
    path_ = std::move(other.path_);
    descriptor_ = std::exchange(other.descriptor_, -1);
    bytes_ = std::exchange(other.bytes_, Bytes());
  }
  return *this;
}

MappedFile::~MappedFile() {
  close();
}

void MappedFile::close() noexcept {
  // munmap takes a mutable pointer although the pages are read-only.
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());  // NOLINT
  if (descriptor_ >= 0) ::close(descriptor_);
  bytes_ = {};
  descriptor_ = -1;
}

Result<void> MappedFile::read_at(uint64_t offset, std::span<std::byte> to) const {
  size_t done = 0;
  while (done < to.size()) {
    const ssize_t count =
        ::pread(descriptor_, to.data() + done, to.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("read", path_);
    if (count == 0) {
      return Error(ErrorCode::kIo,
                   text("ends at byte ", offset + done, ", bytes up to ", offset + to.size(),
                        " were expected; it was cut while open"),
                   path_.string());
    }
    done += static_cast<size_t>(count);
  }
  return {};
}

namespace {

/// Copies the file at `path` into a container of bytes.
template <class Content>
Result<Content> read_whole(const std::filesystem::path& path, uint64_t max_size_bytes) {
  const auto file = MappedFile::open(path);
  if (!file) return file.error();
  const uint64_t size = file->size_bytes();
  if (size > max_size_bytes) {
    return Error(ErrorCode::kBadFile,
                 text("has ", size, " bytes, at most ", max_size_bytes, " are expected here"), path.string());
  }
  try {
    Content content;
    content.resize(size);
    if (auto read = file->read_at(0, std::as_writable_bytes(std::span(content))); !read) return read.error();
    return content;
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kOutOfMemory, text("its ", size, " bytes do not fit into memory"), path.string());
  }
}

}  // namespace

Result<std::string> read_text_file(const std::filesystem::path& path, uint64_t max_size_bytes) {
  return read_whole<std::string>(path, max_size_bytes);
}

Result<std::vector<std::byte>> read_whole_file(const std::filesystem::path& path, uint64_t max_size_bytes) {
  return read_whole<std::vector<std::byte>>(path, max_size_bytes);
}

Result<void> replace_file(const std::filesystem::path& path, const std::function<Result<void>(int)>& write) {
  struct stat there {};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
    return Error(ErrorCode::kInvalidArgument, "it is not a file that can be replaced; name another",
                 path.string());
  std::string temporary = path.string() + ".XXXXXX";
  Descriptor descriptor(::mkostemp(temporary.data(), O_CLOEXEC));
  if (descriptor.get() < 0) return system_error("create a file beside", path);
  ::fchmod(descriptor.get(), 0644);

  const auto attempt = [&]() -> Result<void> {
    if (auto written = write(descriptor.get()); !written) return written;
    if (::fsync(descriptor.get()) != 0) return system_error("flush", path);
    if (::rename(temporary.c_str(), path.c_str()) != 0) return system_error("replace", path);
    flush_entry(path);
    return {};
  };
  try {
    auto result = attempt();
    if (!result) ::unlink(temporary.c_str());
    return result;
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

Result<void> replace_file(const std::filesystem::path& path, Bytes content) {
  return replace_file(path, [&](int descriptor) { return write_all(descriptor, content); });
}

Result<void> write_all(int descriptor, Bytes bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error(ErrorCode::kIo, text("cannot write: ", std::strerror(errno)));
    done += static_cast<size_t>(count);
  }
  return {};
}

}  // namespace lapilli
