// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"
#include "engine/model/config.h"

#include <span>
#include <string_view>

namespace lapilli {

/// Names of model shapes that measurements know: "llava-7b", "llama-110m", …
[[nodiscard]] std::span<const std::string_view> shape_names();

/// The configuration of that name; kInvalidArgument, naming all, when there is none.
[[nodiscard]] Result<ModelConfig> find_shape(std::string_view name);

}  // namespace lapilli
