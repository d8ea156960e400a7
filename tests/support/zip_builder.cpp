// SPDX-License-Identifier: Apache-2.0
#include "tests/support/zip_builder.h"

#include <zlib.h>

namespace lapilli::test {
namespace {

std::string local_header(const ZipEntry& entry) {
  const std::string name = entry.local_name.value_or(entry.name);
  const uint32_t size = entry.local_size.value_or(0);
  const uint32_t crc = entry.local_size ? entry.crc.value_or(crc_of(entry.data)) : 0;
  return "PK\x03\x04" + std::string(2, '\0') + little(entry.local_flags.value_or(entry.flags)) +
         little(entry.method) + std::string(4, '\0') + little(crc) + little(size) + little(size) +
         little(static_cast<uint16_t>(name.size())) + little(uint16_t{0}) + name;
}

std::string directory_entry(const ZipEntry& entry, uint32_t offset) {
  const auto size = static_cast<uint32_t>(entry.data.size());
  return "PK\x01\x02" + std::string(4, '\0') + little(entry.flags) + little(entry.method) +
         std::string(4, '\0') + little(entry.crc.value_or(crc_of(entry.data))) +
         little(entry.packed_size.value_or(size)) + little(entry.size.value_or(size)) +
         little(static_cast<uint16_t>(entry.name.size())) +
         little(static_cast<uint16_t>(entry.extra.size())) + std::string(10, '\0') +
         little(entry.local_offset.value_or(offset)) + entry.name + entry.extra;
}

}  // namespace

uint32_t crc_of(std::string_view data) {
  return static_cast<uint32_t>(
      crc32_z(crc32_z(0, nullptr, 0), reinterpret_cast<const Bytef*>(data.data()), data.size()));
}

std::string build_zip(const std::vector<ZipEntry>& entries, const ZipOptions& options) {
  std::string file;
  std::string directory;
  for (const ZipEntry& entry : entries) {
    directory += directory_entry(entry, static_cast<uint32_t>(file.size()));
    file += local_header(entry) + entry.data;
  }
  const auto offset = file.size();
  const auto members = static_cast<uint16_t>(entries.size());
  file += directory + options.before_end;
  if (options.zip64_end) {
    const auto end64 = file.size();
    const uint64_t members64 = members + options.zip64_members_added;
    file += "PK\x06\x06" + little(uint64_t{44}) + std::string(12, '\0') + little(members64) +
            little(members64) + little(uint64_t{directory.size()}) + little(uint64_t{offset});
    file += "PK\x06\x07" + std::string(4, '\0') + little(uint64_t{end64}) + little(uint32_t{1});
  }
  const uint16_t listed = options.members.value_or(members);
  return file + "PK\x05\x06" + std::string(4, '\0') + little(listed) + little(listed) +
         little(static_cast<uint32_t>(directory.size())) +
         little(options.directory_offset.value_or(static_cast<uint32_t>(offset))) +
         little(static_cast<uint16_t>(options.comment.size())) + options.comment;
}

}  // namespace lapilli::test
