// SPDX-License-Identifier: Apache-2.0
#include "engine/io/charsmap.h"

#include "engine/base/bytes.h"

#include <cstdint>

namespace lapilli {
namespace {

// A unit of the double array, as Darts packs it.
constexpr uint32_t kLeafBit = 1u << 31;
bool has_leaf(uint32_t unit) {
  return (unit >> 8 & 1) != 0;
}
uint32_t value(uint32_t unit) {
  return unit & ~kLeafBit;
}
uint64_t offset(uint32_t unit) {
  return uint64_t{unit >> 10} << ((unit & 1u << 9) >> 6);
}

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kBadFile, message, "precompiled_charsmap");
}

}  // namespace

void check_charsmap(std::string_view charsmap) {
  if (charsmap.empty()) return;
  if (charsmap.size() < 4) refuse(text("it has ", charsmap.size(), " bytes, at least 4 are needed"));
  const Bytes bytes = as_bytes(charsmap);
  const auto trie_bytes = load<uint32_t>(bytes.data());
  if (trie_bytes % 1024 != 0 || trie_bytes == 0 || trie_bytes >= bytes.size() - 4) {
    refuse(text("a trie of ", trie_bytes, " bytes does not fit its ", bytes.size(), " bytes"));
  }
  const Bytes strings = bytes.subspan(4 + trie_bytes);
  if (strings.back() != std::byte{0}) refuse("its strings do not end with a zero byte");
  const uint32_t units = trie_bytes / 4;
  const auto unit_at = [&](uint64_t i) { return load<uint32_t>(bytes.data() + 4 + 4 * i); };
  for (uint32_t i = 0; i < units; ++i) {
    const uint32_t unit = unit_at(i);
    if (unit & kLeafBit) continue;
    const uint64_t children = i ^ offset(unit);
    if ((children | 0xFF) >= units) refuse(text("unit ", i, " points to ", children, " of ", units));
    if (has_leaf(unit) && value(unit_at(children)) >= strings.size()) {
      refuse(text("unit ", i, " names string ", value(unit_at(children)), " of ", strings.size(), " bytes"));
    }
  }
}

}  // namespace lapilli
