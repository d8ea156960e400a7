// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"

namespace lapilli {

std::optional<uint64_t> checked_mul(uint64_t a, uint64_t b) {
  uint64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

std::optional<uint64_t> checked_add(uint64_t a, uint64_t b) {
  uint64_t result = 0;
  if (__builtin_add_overflow(a, b, &result)) return std::nullopt;
  return result;
}

ByteReader::ByteReader(Bytes bytes, uint64_t offset) : bytes_(bytes), offset_(offset) {
  LAPILLI_ASSERT(offset <= bytes.size());
}

Bytes ByteReader::take(uint64_t count, std::string_view what) {
  if (count > remaining()) {
    throw Error(
        ErrorCode::kBadFile,
        text(what, " needs ", count, " bytes, ", remaining(), " are left; the file is cut short or damaged"),
        text("offset ", offset_));
  }
  const Bytes taken = bytes_.subspan(offset_, count);
  offset_ += count;
  return taken;
}

}  // namespace lapilli
