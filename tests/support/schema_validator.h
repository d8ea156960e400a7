// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace lapilli::test {

/// Why a value does not fulfil a JSON Schema (draft 2020-12, what the tests' schemas use of it); empty when
/// it does. Written after the specification, from nothing of the program's.
std::string schema_violation(const nlohmann::json& schema, const nlohmann::json& value);

/// 43 schemas: nested, recursive, lists, choices, numbers, Unicode. Their properties are in the file's order.
std::vector<std::string> all_schemas();

}  // namespace lapilli::test
