// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace lapilli::test {

/// Why a value does not fulfil a JSON Schema (draft 2020-12, what the tests' schemas use of it); empty when
/// it does. Written after the specification, from nothing of the program's.
std::string schema_violation(const nlohmann::json& schema, const nlohmann::json& value);

}  // namespace lapilli::test
