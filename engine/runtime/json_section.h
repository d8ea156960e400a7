// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/error.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace lapilli {

/// How much is read of a file that says what a model is like.
inline constexpr uint64_t kMaxConfigBytes = uint64_t{4} << 20;

/// Typed access to one JSON object; wrong types are reported with file and key. Throws Error.
class JsonSection {
 public:
  JsonSection(const nlohmann::json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) throw Error(ErrorCode::kBadFile, "is not a JSON object", place_);
  }

  [[nodiscard]] const nlohmann::json* find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  [[nodiscard]] std::optional<JsonSection> section(const char* key) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return std::nullopt;
    return JsonSection(*value, text(place_, ": ", key));
  }
  [[nodiscard]] uint32_t count(const char* key, uint32_t fallback) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_number_unsigned() || value->get<uint64_t>() > UINT32_MAX)
      throw wrong(key, *value, "a whole number");
    return value->get<uint32_t>();
  }
  [[nodiscard]] int integer(const char* key, int fallback) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_number_integer() || std::abs(value->get<double>()) > 1e9)
      throw wrong(key, *value, "a whole number");
    return value->get<int>();
  }
  [[nodiscard]] double number(const char* key, double fallback) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_number()) throw wrong(key, *value, "a number");
    return value->get<double>();
  }
  [[nodiscard]] bool flag(const char* key, bool fallback) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) throw wrong(key, *value, "true or false");
    return value->get<bool>();
  }
  [[nodiscard]] std::string string(const char* key, std::string fallback = {}) const {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_string()) throw wrong(key, *value, "a string");
    return value->get<std::string>();
  }
  [[nodiscard]] std::string place(const char* key) const { return text(place_, ": ", key); }
  [[nodiscard]] Error unsupported(const char* key, std::string_view value, std::string_view wanted) const {
    return Error(ErrorCode::kUnsupported, text("is \"", value, "\", ", wanted), text(place_, ": ", key));
  }

 private:
  [[nodiscard]] Error wrong(const char* key, const nlohmann::json& value, std::string_view wanted) const {
    return Error(ErrorCode::kBadFile, text("is ", value.dump().substr(0, 60), ", ", wanted, " is expected"),
                 text(place_, ": ", key));
  }
  const nlohmann::json& object_;
  std::string place_;
};

}  // namespace lapilli
