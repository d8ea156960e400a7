// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace lapilli {

/// Bounds for JSON that comes from outside.
struct JsonLimits {
  size_t max_size_bytes = size_t{64} << 20;
  size_t max_depth = 64;
};

/// Parses one complete JSON document of untrusted origin.
///
/// Refuses (kBadFile, place = line and column in bytes): text over the limits, invalid JSON or UTF-8,
/// trailing text, and objects with a duplicate key, which common parsers resolve silently and differently.
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view source, const JsonLimits& limits = {});

}  // namespace lapilli
