// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/json.h"

namespace lapilli {

/// As parse_json, objects with their keys in the order of the text. Takes linear time in the number of keys,
/// which the library's own parser does not.
[[nodiscard]] Result<nlohmann::ordered_json> parse_ordered_json(std::string_view source,
                                                                const JsonLimits& limits = {});

}  // namespace lapilli
