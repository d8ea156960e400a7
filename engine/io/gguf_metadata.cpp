// SPDX-License-Identifier: Apache-2.0
#include "engine/io/gguf_metadata.h"

#include <cmath>
#include <type_traits>

namespace lapilli {
namespace {

/// Element `index` as a T, or nothing when its type or value doesn't fit: integers from integers in range,
/// floats from finite floats, bool from bool.
template <class T>
std::optional<T> number(const GgufValue& value, uint64_t index) {
  const std::byte* at = value.numbers.data() + index * stored_size(value.type);
  const auto integer = [](auto stored) -> std::optional<T> {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      if (std::in_range<T>(stored)) return static_cast<T>(stored);
    }
    return std::nullopt;
  };
  const auto floating = [](auto stored) -> std::optional<T> {
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isfinite(static_cast<T>(stored))) return static_cast<T>(stored);
    }
    return std::nullopt;
  };
  switch (value.type) {
    case GgufType::kU8:
      return integer(load<uint8_t>(at));
    case GgufType::kI8:
      return integer(load<int8_t>(at));
    case GgufType::kU16:
      return integer(load<uint16_t>(at));
    case GgufType::kI16:
      return integer(load<int16_t>(at));
    case GgufType::kU32:
      return integer(load<uint32_t>(at));
    case GgufType::kI32:
      return integer(load<int32_t>(at));
    case GgufType::kU64:
      return integer(load<uint64_t>(at));
    case GgufType::kI64:
      return integer(load<int64_t>(at));
    case GgufType::kF32:
      return floating(load<float>(at));
    case GgufType::kF64:
      return floating(load<double>(at));
    case GgufType::kBool:
      if constexpr (std::is_same_v<T, bool>) return load<uint8_t>(at) != 0;
      return std::nullopt;
    case GgufType::kString:
    case GgufType::kArray:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string describe(const GgufValue& value) {
  if (value.is_array) return text("an array of ", value.count(), " ", to_string(value.type));
  if (value.type == GgufType::kString) return text("the string \"", value.strings[0].substr(0, 40), "\"");
  if (const auto integer = number<int64_t>(value, 0))
    return text("the ", to_string(value.type), " ", *integer);
  if (const auto floating = number<double>(value, 0))
    return text("the ", to_string(value.type), " ", *floating);
  return text("a ", to_string(value.type));
}

template <class T>
GgufValue numbers(GgufType type, std::span<const T> values, bool is_array) {
  const auto bytes = std::as_bytes(values);
  return {.type = type, .is_array = is_array, .numbers = {bytes.begin(), bytes.end()}, .strings = {}};
}

}  // namespace

std::string_view to_string(GgufType type) {
  constexpr std::string_view kNames[] = {"u8",   "i8",     "u16",   "i16", "u32", "i32", "f32",
                                         "bool", "string", "array", "u64", "i64", "f64"};
  return kNames[static_cast<uint32_t>(type)];
}

uint32_t stored_size(GgufType type) {
  constexpr uint32_t kSizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  return kSizes[static_cast<uint32_t>(type)];
}

uint64_t GgufValue::count() const {
  return type == GgufType::kString ? strings.size() : numbers.size() / stored_size(type);
}

const GgufValue* GgufMetadata::find(std::string_view key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : &entries_[found->second].value;
}

Error GgufMetadata::error(std::string_view key, std::string message) const {
  const std::string place = text("key ", key);
  return Error(ErrorCode::kBadFile, std::move(message), file_.empty() ? place : text(file_, ": ", place));
}

const GgufValue& GgufMetadata::require(std::string_view key, bool is_array, std::string_view wanted) const {
  const GgufValue* value = find(key);
  if (value == nullptr) throw error(key, text("is missing, ", wanted, " is needed"));
  if (value->is_array != is_array)
    throw error(key, text("is ", describe(*value), ", ", wanted, " is needed"));
  return *value;
}

template <class T>
T GgufMetadata::scalar(std::string_view key, std::string_view wanted) const {
  const GgufValue& value = require(key, false, wanted);
  if (const auto result = number<T>(value, 0)) return *result;
  throw error(key, text("is ", describe(value), ", ", wanted, " is needed"));
}

template <class T>
std::vector<T> GgufMetadata::array(std::string_view key, std::optional<uint64_t> count,
                                   std::string_view wanted) const {
  const GgufValue& value = require(key, true, wanted);
  if (count && value.count() != *count)
    throw error(key, text("has ", value.count(), " elements, ", *count, " are needed"));
  std::vector<T> result;
  result.reserve(value.count());
  for (uint64_t i = 0; i < value.count(); ++i) {
    const auto element = number<T>(value, i);
    if (!element) throw error(key, text("is ", describe(value), ", element ", i, " is not one of ", wanted));
    result.push_back(*element);
  }
  return result;
}

Result<uint32_t> GgufMetadata::get_u32(std::string_view key) const {
  return try_result([&] { return scalar<uint32_t>(key, "an integer from 0 to 4294967295"); });
}

Result<uint32_t> GgufMetadata::get_u32(std::string_view key, uint32_t fallback) const {
  if (!contains(key)) return fallback;
  return get_u32(key);
}

Result<float> GgufMetadata::get_f32(std::string_view key) const {
  return try_result([&] { return scalar<float>(key, "a finite float"); });
}

Result<float> GgufMetadata::get_f32(std::string_view key, float fallback) const {
  if (!contains(key)) return fallback;
  return get_f32(key);
}

Result<bool> GgufMetadata::get_bool(std::string_view key) const {
  return try_result([&] { return scalar<bool>(key, "a bool"); });
}

Result<bool> GgufMetadata::get_bool(std::string_view key, bool fallback) const {
  if (!contains(key)) return fallback;
  return get_bool(key);
}

Result<std::string> GgufMetadata::get_string(std::string_view key) const {
  return try_result([&]() -> std::string {
    const GgufValue& value = require(key, false, "a string");
    if (value.type != GgufType::kString)
      throw error(key, text("is ", describe(value), ", a string is needed"));
    return value.strings[0];
  });
}

Result<std::string> GgufMetadata::get_string(std::string_view key, std::string_view fallback) const {
  if (!contains(key)) return std::string(fallback);
  return get_string(key);
}

Result<std::vector<uint32_t>> GgufMetadata::get_u32s(std::string_view key,
                                                     std::optional<uint64_t> count) const {
  return try_result([&] { return array<uint32_t>(key, count, "an array of integers from 0 to 4294967295"); });
}

Result<std::vector<int32_t>> GgufMetadata::get_i32s(std::string_view key,
                                                    std::optional<uint64_t> count) const {
  return try_result([&] { return array<int32_t>(key, count, "an array of 32-bit integers"); });
}

Result<std::vector<float>> GgufMetadata::get_f32s(std::string_view key, std::optional<uint64_t> count) const {
  return try_result([&] { return array<float>(key, count, "an array of finite floats"); });
}

Result<std::span<const std::string>> GgufMetadata::get_strings(std::string_view key,
                                                               std::optional<uint64_t> count) const {
  return try_result([&]() -> std::span<const std::string> {
    const GgufValue& value = require(key, true, "an array of strings");
    if (value.type != GgufType::kString)
      throw error(key, text("is ", describe(value), ", an array of strings is needed"));
    if (count && value.count() != *count)
      throw error(key, text("has ", value.count(), " elements, ", *count, " are needed"));
    return value.strings;
  });
}

void GgufMetadata::set(std::string key, GgufValue value) {
  LAPILLI_ASSERT(value.type != GgufType::kArray && (value.is_array || value.count() == 1));
  erase(key);
  index_.emplace(key, entries_.size());
  entries_.push_back({std::move(key), std::move(value)});
}

void GgufMetadata::erase(std::string_view key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(found->second));
  index_.clear();
  for (size_t i = 0; i < entries_.size(); ++i) index_.emplace(entries_[i].key, i);
}

void GgufMetadata::set_u32(std::string key, uint32_t value) {
  set(std::move(key), numbers(GgufType::kU32, std::span<const uint32_t>(&value, 1), false));
}

void GgufMetadata::set_f32(std::string key, float value) {
  set(std::move(key), numbers(GgufType::kF32, std::span<const float>(&value, 1), false));
}

void GgufMetadata::set_bool(std::string key, bool value) {
  const uint8_t byte = value ? 1 : 0;
  set(std::move(key), numbers(GgufType::kBool, std::span<const uint8_t>(&byte, 1), false));
}

void GgufMetadata::set_string(std::string key, std::string value) {
  GgufValue entry{.type = GgufType::kString, .is_array = false, .numbers = {}, .strings = {}};
  entry.strings.push_back(std::move(value));
  set(std::move(key), std::move(entry));
}

void GgufMetadata::set_i32s(std::string key, std::span<const int32_t> values) {
  set(std::move(key), numbers(GgufType::kI32, values, true));
}

void GgufMetadata::set_f32s(std::string key, std::span<const float> values) {
  set(std::move(key), numbers(GgufType::kF32, values, true));
}

void GgufMetadata::set_strings(std::string key, std::vector<std::string> values) {
  set(std::move(key),
      {.type = GgufType::kString, .is_array = true, .numbers = {}, .strings = std::move(values)});
}

}  // namespace lapilli
