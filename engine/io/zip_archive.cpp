// SPDX-License-Identifier: Apache-2.0
#include "engine/io/zip_archive.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <tuple>
#include <unordered_set>

#include <zlib.h>

namespace lapilli {
namespace {

constexpr uint32_t kLocalSignature = 0x04034b50;
constexpr uint32_t kCentralSignature = 0x02014b50;
constexpr uint32_t kEndSignature = 0x06054b50;
constexpr uint32_t kEnd64Signature = 0x06064b50;
constexpr uint32_t kLocator64Signature = 0x07064b50;
constexpr uint64_t kEndBytes = 22;
constexpr uint64_t kLocator64Bytes = 20;
constexpr uint64_t kEnd64Bytes = 56;
constexpr uint64_t kMaxCommentBytes = 65535;
constexpr uint64_t kMaxMembers = 65536;
constexpr uint16_t kSaturated16 = 0xffff;
constexpr uint32_t kSaturated32 = 0xffffffff;
constexpr uint16_t kZip64ExtraId = 0x0001;

constexpr uint16_t kFlagSizesFollow = 1u << 3;
/// Compression effort (meaningless for stored members), sizes behind the data, UTF-8 names.
constexpr uint16_t kKnownFlags = 0x0006 | kFlagSizesFollow | 0x0800;

Error bad(uint64_t offset, std::string message) {
  return Error(ErrorCode::kBadFile, std::move(message), text("offset ", offset));
}

/// Where the directory is, and where it must end.
struct Directory {
  uint64_t offset;
  uint64_t size;
  uint64_t members;
  uint64_t end;
};

uint64_t find_end_record(Bytes archive) {
  if (archive.size() < kEndBytes) {
    throw bad(0, text("has ", archive.size(), " bytes, too few for a zip archive"));
  }
  const uint64_t last = archive.size() - kEndBytes;
  const uint64_t first = last > kMaxCommentBytes ? last - kMaxCommentBytes : 0;
  std::optional<uint64_t> found;
  for (uint64_t offset = first; offset <= last; ++offset) {
    const std::byte* at = archive.data() + offset;
    if (load<uint32_t>(at) != kEndSignature) continue;
    if (offset + kEndBytes + load<uint16_t>(at + 20) != archive.size()) continue;
    if (found) throw bad(offset, text("is a second end of the zip archive, the first is at ", *found));
    found = offset;
  }
  if (!found) {
    throw bad(archive.size(),
              "the zip archive has no end record; it is cut or was not downloaded completely");
  }
  return *found;
}

/// `wide` where the record saturates; otherwise both must say the same.
uint64_t reconcile(uint64_t narrow, uint64_t saturated, uint64_t wide, uint64_t offset,
                   std::string_view what) {
  if (narrow != saturated && narrow != wide) {
    throw bad(offset, text("the zip archive's ", what, " is ", narrow, " in one end record and ", wide,
                           " in the other"));
  }
  return wide;
}

Directory read_directory(Bytes archive) {
  const uint64_t end_offset = find_end_record(archive);
  ByteReader end(archive, end_offset + 4);
  const auto disk = end.read<uint16_t>("end record");
  const auto directory_disk = end.read<uint16_t>("end record");
  const auto members_here = end.read<uint16_t>("end record");
  const auto members = end.read<uint16_t>("end record");
  const auto size = end.read<uint32_t>("end record");
  const auto offset = end.read<uint32_t>("end record");
  if (disk != 0 || directory_disk != 0 || members_here != members) {
    throw bad(end_offset, "the zip archive is split over several files, which is not supported");
  }

  const bool has_locator =
      end_offset >= kLocator64Bytes + kEnd64Bytes &&
      load<uint32_t>(archive.data() + end_offset - kLocator64Bytes) == kLocator64Signature;
  if (!has_locator) {
    if (members == kSaturated16 || size == kSaturated32 || offset == kSaturated32) {
      throw bad(end_offset, "the zip archive needs a ZIP64 end record and has none");
    }
    return {offset, size, members, end_offset};
  }

  const uint64_t locator_offset = end_offset - kLocator64Bytes;
  ByteReader locator(archive, locator_offset + 4);
  const auto end64_disk = locator.read<uint32_t>("ZIP64 locator");
  const auto end64_offset = locator.read<uint64_t>("ZIP64 locator");
  const auto disks = locator.read<uint32_t>("ZIP64 locator");
  if (end64_disk != 0 || disks > 1 || end64_offset != locator_offset - kEnd64Bytes) {
    throw bad(locator_offset, text("the ZIP64 locator points at ", end64_offset,
                                   ", the record before it is at ", locator_offset - kEnd64Bytes));
  }
  ByteReader end64(archive, end64_offset);
  const auto signature = end64.read<uint32_t>("ZIP64 end record");
  const auto record_size = end64.read<uint64_t>("ZIP64 end record");
  (void)end64.take(4, "ZIP64 end record");  // versions
  const auto disk64 = end64.read<uint32_t>("ZIP64 end record");
  const auto directory_disk64 = end64.read<uint32_t>("ZIP64 end record");
  const auto members_here64 = end64.read<uint64_t>("ZIP64 end record");
  const auto members64 = end64.read<uint64_t>("ZIP64 end record");
  const auto size64 = end64.read<uint64_t>("ZIP64 end record");
  const auto offset64 = end64.read<uint64_t>("ZIP64 end record");
  if (signature != kEnd64Signature || record_size != kEnd64Bytes - 12 || disk64 != 0 ||
      directory_disk64 != 0 || members_here64 != members64) {
    throw bad(end64_offset, "is not a ZIP64 end record of a single archive");
  }
  return {reconcile(offset, kSaturated32, offset64, end64_offset, "directory offset"),
          reconcile(size, kSaturated32, size64, end64_offset, "directory size"),
          reconcile(members, kSaturated16, members64, end64_offset, "number of members"), end64_offset};
}

/// A member as the directory tells it.
struct Record {
  ZipMember member;
  uint16_t flags = 0;
  uint64_t size = 0;
  uint64_t local_offset = 0;
};

/// Replaces the saturated fields by those of the ZIP64 extra field, in its fixed order.
void widen(Bytes extra, Record& record, uint64_t& packed_size, uint64_t offset) {
  ByteReader reader(extra);
  bool seen = false;
  while (reader.remaining() > 0) {
    const auto id = reader.read<uint16_t>("extra field");
    const auto size = reader.read<uint16_t>("extra field");
    const Bytes data = reader.take(size, "extra field");
    if (id != kZip64ExtraId) continue;
    if (seen) throw bad(offset, "a zip member has two ZIP64 fields");
    seen = true;
    ByteReader fields(data);
    for (uint64_t* field : {&record.size, &packed_size, &record.local_offset}) {
      if (*field == kSaturated32) *field = fields.read<uint64_t>("ZIP64 field");
    }
  }
  const bool saturated =
      record.size == kSaturated32 || packed_size == kSaturated32 || record.local_offset == kSaturated32;
  if (saturated && !seen) throw bad(offset, "a zip member needs a ZIP64 field and has none");
}

void require_plain_name(std::string_view name, uint64_t offset) {
  const auto refuse = [&](std::string_view why) {
    std::string shown(name.substr(0, 60));
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
    throw bad(offset, text("the zip member name \"", shown, "\" ", why));
  };
  if (name.empty()) refuse("is empty");
  if (name.front() == '/' || name.back() == '/') refuse("is not a relative file name");
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    const auto part = name.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") refuse("leads outside its folder");
    begin = end + 1;
  }
  for (const char c : name) {
    if (c == '\\' || c == ':' || c == 0x7f || static_cast<unsigned char>(c) < 0x20) {
      refuse("has a character that is not allowed in it");
    }
  }
}

Record read_record(ByteReader& reader) {
  const uint64_t offset = reader.offset();
  const auto signature = reader.read<uint32_t>("zip directory");
  if (signature != kCentralSignature) throw bad(offset, "the zip directory is damaged here");
  (void)reader.take(4, "zip directory");  // versions
  Record record;
  record.flags = reader.read<uint16_t>("zip directory");
  const auto method = reader.read<uint16_t>("zip directory");
  (void)reader.take(4, "zip directory");  // time, date
  record.member.crc = reader.read<uint32_t>("zip directory");
  uint64_t packed_size = reader.read<uint32_t>("zip directory");
  record.size = reader.read<uint32_t>("zip directory");
  const auto name_size = reader.read<uint16_t>("zip directory");
  const auto extra_size = reader.read<uint16_t>("zip directory");
  const auto comment_size = reader.read<uint16_t>("zip directory");
  const auto disk = reader.read<uint16_t>("zip directory");
  (void)reader.take(6, "zip directory");  // attributes
  record.local_offset = reader.read<uint32_t>("zip directory");
  record.member.name = as_string_view(reader.take(name_size, "zip member name"));
  require_plain_name(record.member.name, offset);
  widen(reader.take(extra_size, "zip extra field"), record, packed_size, offset);
  (void)reader.take(comment_size, "zip comment");

  const std::string& name = record.member.name;
  if ((record.flags & ~kKnownFlags) != 0) {
    throw bad(offset, text("zip member ", name, " has the flags ", record.flags,
                           (record.flags & 1) ? " (encrypted)" : "", ", which are not supported"));
  }
  if (method != 0) {
    throw bad(offset, text("zip member ", name, " is compressed (method ", method,
                           "); PyTorch stores its members, save the file again with PyTorch"));
  }
  if (packed_size != record.size) {
    throw bad(offset,
              text("zip member ", name, " is stored, but takes ", packed_size, " bytes for ", record.size));
  }
  if (disk != 0) throw bad(offset, text("zip member ", name, " lies in another file"));
  return record;
}

/// Checks the header in front of the data against the directory; gives [begin, end) of header and data.
std::pair<uint64_t, uint64_t> read_local(Bytes archive, uint64_t directory_offset, Record& record) {
  const std::string& name = record.member.name;
  if (record.local_offset >= directory_offset) {
    throw bad(record.local_offset, text("zip member ", name, " begins behind the archive's data"));
  }
  ByteReader reader(archive.first(directory_offset), record.local_offset);
  const auto signature = reader.read<uint32_t>("zip member header");
  (void)reader.take(2, "zip member header");  // version
  const auto flags = reader.read<uint16_t>("zip member header");
  const auto method = reader.read<uint16_t>("zip member header");
  (void)reader.take(4, "zip member header");  // time, date
  const auto crc = reader.read<uint32_t>("zip member header");
  const auto packed_size = reader.read<uint32_t>("zip member header");
  const auto size = reader.read<uint32_t>("zip member header");
  const auto name_size = reader.read<uint16_t>("zip member header");
  const auto extra_size = reader.read<uint16_t>("zip member header");
  if (signature != kLocalSignature)
    throw bad(record.local_offset, text("zip member ", name, " does not begin here"));
  const auto local_name = as_string_view(reader.take(name_size, "zip member name"));
  (void)reader.take(extra_size, "zip extra field");

  const bool later = (flags & kFlagSizesFollow) != 0;
  const auto agrees = [&](uint32_t local, uint64_t central) {
    return local == central || (later && local == 0) || (local == kSaturated32 && central >= kSaturated32);
  };
  if (local_name != name || flags != record.flags || method != 0 || !agrees(packed_size, record.size) ||
      !agrees(size, record.size) || !(crc == record.member.crc || (later && crc == 0))) {
    throw bad(record.local_offset,
              text("zip member ", name, " is described differently in the directory and here"));
  }
  record.member.data = reader.take(record.size, text("data of zip member ", name));
  return {record.local_offset, reader.offset()};
}

std::string folded(std::string_view name) {
  std::string result(name);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return result;
}

std::vector<ZipMember> read(Bytes archive) {
  const Directory directory = read_directory(archive);
  const auto directory_end = checked_add(directory.offset, directory.size);
  if (!directory_end || *directory_end != directory.end) {
    throw bad(directory.end, text("the zip directory of ", directory.size, " bytes at ", directory.offset,
                                  " does not end at the end record"));
  }
  if (directory.members > kMaxMembers) {
    throw bad(directory.end, text("the zip archive lists ", directory.members, " members, at most ",
                                  kMaxMembers, " are accepted"));
  }
  ByteReader reader(archive.first(directory.end), directory.offset);
  std::vector<ZipMember> members;
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  std::unordered_set<std::string> names;
  for (uint64_t i = 0; i < directory.members; ++i) {
    const uint64_t offset = reader.offset();
    Record record = read_record(reader);
    if (!names.insert(folded(record.member.name)).second) {
      throw bad(offset, text("the zip member ", record.member.name, " is listed twice"));
    }
    ranges.push_back(read_local(archive, directory.offset, record));
    members.push_back(std::move(record.member));
  }
  if (reader.remaining() != 0) {
    throw bad(reader.offset(), text("the zip directory holds more than its ", directory.members, " members"));
  }
  std::sort(ranges.begin(), ranges.end());
  for (size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].first < ranges[i - 1].second) {
      throw bad(ranges[i].first, "a zip member begins inside another one");
    }
  }
  return members;
}

}  // namespace

Result<std::vector<ZipMember>> read_zip(Bytes archive) {
  return try_result([&] { return read(archive); });
}

Result<void> verify_crc(const ZipMember& member) {
  const auto* data = reinterpret_cast<const Bytef*>(member.data.data());
  const auto actual = static_cast<uint32_t>(crc32_z(crc32_z(0, nullptr, 0), data, member.data.size()));
  if (actual != member.crc) {
    return Error(
        ErrorCode::kBadFile,
        text("has the checksum ", actual, ", the archive says ", member.crc, "; the file is damaged"),
        text("zip member ", member.name));
  }
  return {};
}

}  // namespace lapilli
