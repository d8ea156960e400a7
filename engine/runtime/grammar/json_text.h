// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/grammar/expression.h"

#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace lapilli {

/// Pieces of JSON texts, of which answers are made: one line, written as Python's json.dumps does, characters
/// beyond ASCII as they are.

/// The one text of a value.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& value);

/// A character of a string that is in the set, escaped where it must be; control characters without a short
/// escape are left out. Nothing is left of some sets: characters() of no character then.
[[nodiscard]] Expression json_character(const std::vector<CodePoints>& set);

/// A string of so many characters, quotes included.
[[nodiscard]] Expression json_string(uint32_t least, uint32_t most);

/// An integer between the bounds, both included; |bounds| ≤ 10^18. Precondition: least ≤ most.
[[nodiscard]] Expression json_integer(int64_t least, int64_t most);

/// A number without exponent between the bounds, both included, which are least and most · 10^−decimals; it
/// may have up to six decimals, or as many as the bounds.
[[nodiscard]] Expression json_number(int64_t least, int64_t most, uint32_t decimals);

/// Any number of up to 15 digits before the point and 6 behind it.
[[nodiscard]] Expression json_number();

}  // namespace lapilli
