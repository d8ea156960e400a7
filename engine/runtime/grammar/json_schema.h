// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/grammar/expression.h"

#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace lapilli {

/// Texts of values that a JSON Schema (draft 2020-12) allows. Not all of them: written as json_text.h says,
/// no exponents; objects have the properties they name, in this order, and no others; a value whose form is
/// left open is refused.
///
/// Known: `type` (one or several), `enum`, `const`, `properties`, `required`, `items`, `prefixItems`,
/// `minItems`, `maxItems`, `uniqueItems` (of values that are listed), `minLength`, `maxLength`, `pattern`,
/// `format` (date, time, date-time, uuid), `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`,
/// `anyOf`, `oneOf` (whose alternatives exclude each other), `allOf` of one, `$ref` within the schema,
/// recursion included. `title`, `description` and the like are passed over; every other keyword is refused.
///
/// Throws kInvalidArgument on what is unsupported, contradictory or impossible, place = JSON pointer.
[[nodiscard]] GrammarRules json_schema_rules(const nlohmann::ordered_json& schema);
[[nodiscard]] GrammarRules parse_json_schema(std::string_view source);

}  // namespace lapilli
