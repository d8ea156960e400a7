// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/pipeline_file.h"

#include <unistd.h>
#include "engine/base/hash.h"

#include <fstream>
#include <iomanip>

namespace lapilli::gpu {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMagic = 0x3130'6570'6970'706c;  // "lppipe01"
constexpr uint64_t kMaxFileBytes = uint64_t{512} << 20;

struct Header {
  uint64_t magic;
  uint64_t key_bytes;
  uint64_t data_bytes;
  uint64_t checksum;  // of key and data
};

Error write_failure(const fs::path& file, std::string_view reason) {
  return Error(ErrorCode::kIo, text("cannot write the pipeline cache: ", reason), file.string());
}

}  // namespace

std::vector<std::byte> encode_pipeline_file(std::string_view key, Bytes data) {
  const Bytes key_bytes = as_bytes(key);
  const Header header{kMagic, key_bytes.size(), data.size(), fnv1a(data, fnv1a(key_bytes))};
  std::vector<std::byte> content(sizeof header);
  store(content.data(), header);
  content.insert(content.end(), key_bytes.begin(), key_bytes.end());
  content.insert(content.end(), data.begin(), data.end());
  return content;
}

Bytes decode_pipeline_file(std::string_view key, Bytes content) {
  if (content.size() < sizeof(Header)) return {};
  const auto header = load<Header>(content.data());
  const Bytes body = content.subspan(sizeof(Header));
  if (header.magic != kMagic || header.key_bytes != key.size() || body.size() < key.size() ||
      header.data_bytes != body.size() - key.size())
    return {};
  if (as_string_view(body.first(key.size())) != key || header.checksum != fnv1a(body)) return {};
  return body.subspan(key.size());
}

fs::path pipeline_file_path(const fs::path& folder, std::string_view key) {
  std::ostringstream name;
  name << "pipelines-" << std::hex << std::setfill('0') << std::setw(16) << fnv1a(as_bytes(key)) << ".bin";
  return folder / name.str();
}

std::vector<std::byte> read_pipeline_file(const fs::path& file) {
  std::error_code failure;
  const auto size = fs::file_size(file, failure);
  if (failure || size > kMaxFileBytes) return {};
  std::vector<std::byte> content(size);
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(size));
  if (!stream) return {};
  return content;
}

Result<void> write_pipeline_file(const fs::path& file, Bytes content) {
  std::error_code failure;
  fs::create_directories(file.parent_path(), failure);
  if (failure) return write_failure(file, failure.message());

  const fs::path temporary = text(file.string(), ".", ::getpid());
  std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
  stream.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
  stream.close();
  if (stream) fs::rename(temporary, file, failure);
  if (stream && !failure) return {};
  const std::string reason = failure ? failure.message() : "the disk may be full or the folder read-only";
  fs::remove(temporary, failure);
  return write_failure(file, reason);
}

}  // namespace lapilli::gpu
