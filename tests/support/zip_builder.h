// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::test {

/// One member to be written, with every field a hostile archive may falsify.
struct ZipEntry {
  std::string name;
  std::string data;
  uint16_t flags = 0x0808;
  uint16_t method = 0;
  std::string extra = {};  ///< of the directory entry
  std::optional<std::string> local_name = {};
  std::optional<uint16_t> local_flags = {};
  std::optional<uint32_t> crc = {};
  std::optional<uint32_t> size = {};         ///< unpacked size in the directory
  std::optional<uint32_t> packed_size = {};  ///< size in the directory
  std::optional<uint32_t> local_size = {};  ///< both sizes in the member's header; 0 like PyTorch's otherwise
  std::optional<uint32_t> local_offset = {};
};

struct ZipOptions {
  bool zip64_end = false;  ///< as PyTorch writes it
  uint64_t zip64_members_added = 0;
  std::string before_end = {};
  std::string comment = {};
  std::optional<uint16_t> members = {};
  std::optional<uint32_t> directory_offset = {};
};

uint32_t crc_of(std::string_view data);

/// `value` as little-endian bytes.
template <class T>
std::string little(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof(T)};
}

std::string build_zip(const std::vector<ZipEntry>& entries, const ZipOptions& options = {});

}  // namespace lapilli::test
