// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/error.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace lapilli {

static_assert(std::endian::native == std::endian::little,
              "file formats are read in place on little-endian machines");

/// Read-only bytes owned by somebody else.
using Bytes = std::span<const std::byte>;

/// a·b, a+b, or nothing when the result does not fit 64 bits.
[[nodiscard]] std::optional<uint64_t> checked_mul(uint64_t a, uint64_t b);
[[nodiscard]] std::optional<uint64_t> checked_add(uint64_t a, uint64_t b);

/// The smallest multiple of `alignment` that is not below `value`, of sizes known to be small.
[[nodiscard]] constexpr uint64_t align_up(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

[[nodiscard]] constexpr uint64_t divide_up(uint64_t value, uint64_t divisor) {
  return (value + divisor - 1) / divisor;
}

/// Copies a plain value out of bytes of any alignment. Precondition: at least sizeof(T) bytes.
template <class T>
requires std::is_trivially_copyable_v<T>
[[nodiscard]] T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

template <class T>
requires std::is_trivially_copyable_v<T>
void store(std::byte* to, const T& value) {
  std::memcpy(to, &value, sizeof(T));
}

[[nodiscard]] inline Bytes as_bytes(std::string_view string) {
  return std::as_bytes(std::span(string.data(), string.size()));
}

[[nodiscard]] inline std::string_view as_string_view(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A forward cursor over untrusted bytes. Every read checks what is left and throws kBadFile with the offset.
class ByteReader {
 public:
  explicit ByteReader(Bytes bytes, uint64_t offset = 0);

  [[nodiscard]] uint64_t offset() const { return offset_; }
  [[nodiscard]] uint64_t remaining() const { return bytes_.size() - offset_; }

  /// The next `count` bytes; `what` names them in the error.
  Bytes take(uint64_t count, std::string_view what);

  template <class T>
  requires std::is_trivially_copyable_v<T> T read(std::string_view what) {
    return load<T>(take(sizeof(T), what).data());
  }

 private:
  Bytes bytes_;
  uint64_t offset_;
};

}  // namespace lapilli
