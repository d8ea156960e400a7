// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

/// One member of a zip archive that only stores: its bytes lie in the archive as they are.
struct ZipMember {
  std::string name;
  Bytes data;
  uint32_t crc = 0;
};

/// Lists the members of an archive (given whole) in the order of its directory.
///
/// Refuses (kBadFile) every archive that two readers could understand differently: several end records, sizes
/// or names that differ between directory and member, overlapping members, duplicate names (also when only
/// the case differs), paths leading outside, rests between the parts of the directory. Also refuses
/// compression and encryption. ZIP64 is read. Limit: 65 536 members. Source: PKWARE APPNOTE 6.3.
[[nodiscard]] Result<std::vector<ZipMember>> read_zip(Bytes archive);

/// Fails with kBadFile when the member's bytes don't have its checksum.
[[nodiscard]] Result<void> verify_crc(const ZipMember& member);

}  // namespace lapilli
