// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lapilli {

/// Value types with the numbers the format gives them.
enum class GgufType : uint32_t {
  kU8 = 0,
  kI8 = 1,
  kU16 = 2,
  kI16 = 3,
  kU32 = 4,
  kI32 = 5,
  kF32 = 6,
  kBool = 7,
  kString = 8,
  kArray = 9,
  kU64 = 10,
  kI64 = 11,
  kF64 = 12,
};

/// "u32", "string", …; "array" for kArray.
[[nodiscard]] std::string_view to_string(GgufType type);

/// Bytes of one number as stored; 0 for strings and arrays.
[[nodiscard]] uint32_t stored_size(GgufType type);

/// A scalar, a string or an array of either, kept as stored so that writing it again changes nothing.
struct GgufValue {
  GgufType type = GgufType::kU32;  ///< of the scalar or of the elements; never kArray
  bool is_array = false;
  std::vector<std::byte> numbers;    ///< little-endian elements; empty for strings
  std::vector<std::string> strings;  ///< any bytes, normally UTF-8

  [[nodiscard]] uint64_t count() const;
};

/// The metadata of a GGUF file: named values in file order, read with type and range checks.
///
/// Every get_ fails with kBadFile, naming file and key, when the value has another type, is out of range or
/// not finite; any integer type serves for integers, f32 and f64 for floats. A missing key is kBadFile too,
/// except for the forms with a fallback.
class GgufMetadata {
 public:
  struct Entry {
    std::string key;
    GgufValue value;
  };

  GgufMetadata() = default;
  /// `file` is for messages.
  explicit GgufMetadata(std::string file) : file_(std::move(file)) {}

  [[nodiscard]] std::span<const Entry> entries() const { return entries_; }
  [[nodiscard]] const GgufValue* find(std::string_view key) const;
  [[nodiscard]] bool contains(std::string_view key) const { return find(key) != nullptr; }

  [[nodiscard]] Result<uint32_t> get_u32(std::string_view key) const;
  [[nodiscard]] Result<uint32_t> get_u32(std::string_view key, uint32_t fallback) const;
  [[nodiscard]] Result<float> get_f32(std::string_view key) const;
  [[nodiscard]] Result<float> get_f32(std::string_view key, float fallback) const;
  [[nodiscard]] Result<bool> get_bool(std::string_view key) const;
  [[nodiscard]] Result<bool> get_bool(std::string_view key, bool fallback) const;
  [[nodiscard]] Result<std::string> get_string(std::string_view key) const;
  [[nodiscard]] Result<std::string> get_string(std::string_view key, std::string_view fallback) const;

  /// Arrays; `count` is the length they must have, where given. get_strings' view lives until the metadata
  /// changes.
  [[nodiscard]] Result<std::vector<uint32_t>> get_u32s(std::string_view key,
                                                       std::optional<uint64_t> count = {}) const;
  [[nodiscard]] Result<std::vector<int32_t>> get_i32s(std::string_view key,
                                                      std::optional<uint64_t> count = {}) const;
  [[nodiscard]] Result<std::vector<float>> get_f32s(std::string_view key,
                                                    std::optional<uint64_t> count = {}) const;
  [[nodiscard]] Result<std::span<const std::string>> get_strings(std::string_view key,
                                                                 std::optional<uint64_t> count = {}) const;

  /// Appends a value; a value the key had is dropped first, as ggml does.
  void set(std::string key, GgufValue value);
  void set_u32(std::string key, uint32_t value);
  void set_f32(std::string key, float value);
  void set_bool(std::string key, bool value);
  void set_string(std::string key, std::string value);
  void set_i32s(std::string key, std::span<const int32_t> values);
  void set_f32s(std::string key, std::span<const float> values);
  void set_strings(std::string key, std::vector<std::string> values);
  /// Drops a value; nothing happens where there is none.
  void erase(std::string_view key);

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  [[nodiscard]] Error error(std::string_view key, std::string message) const;
  /// The value, when it is what is asked for; `wanted` names that in the error.
  [[nodiscard]] const GgufValue& require(std::string_view key, bool is_array, std::string_view wanted) const;
  template <class T>
  [[nodiscard]] T scalar(std::string_view key, std::string_view wanted) const;
  template <class T>
  [[nodiscard]] std::vector<T> array(std::string_view key, std::optional<uint64_t> count,
                                     std::string_view wanted) const;

  std::string file_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string, size_t, Hash, std::equal_to<>> index_;
};

}  // namespace lapilli
