// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/grammar/expression.h"

#include <string_view>

namespace lapilli {

/// The JSON strings, quotes included, whose text matches a regular expression as JSON Schema's `pattern` has
/// it (ECMA 262): characters, `.`, classes, `\d \w \s` and their opposites, groups, `|`, `* + ? {m,n}`, `^`
/// first and `$` last in an alternative. Without those, text may stand before and behind the match. Throws
/// kInvalidArgument on anything else, place = "line 1, column 7".
[[nodiscard]] Expression json_string_matching(std::string_view pattern);

}  // namespace lapilli
