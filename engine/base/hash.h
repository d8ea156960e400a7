// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"

#include <cstdint>
#include <span>

namespace lapilli {

/// 64-bit FNV-1a; `state` is the hash of what came before. For telling contents apart, not for security.
[[nodiscard]] inline uint64_t fnv1a(Bytes bytes, uint64_t state = 0xcbf29ce484222325) {
  for (const std::byte byte : bytes) state = (state ^ static_cast<uint64_t>(byte)) * 0x100000001b3;
  return state;
}

/// The same of a value's own bytes, of which none may be padding.
template <class Value>
[[nodiscard]] uint64_t hash_value(const Value& value, uint64_t state) {
  return fnv1a(std::as_bytes(std::span(&value, 1)), state);
}

}  // namespace lapilli
