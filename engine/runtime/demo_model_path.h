// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"

#include <filesystem>
#include <string_view>

namespace lapilli {

/// What stands for the demo model's path wherever a model is named. A folder of that name is "./demo".
inline constexpr std::string_view kDemoModelName = "demo";

/// The demo model that comes with the program: `share/lapilli/demo/demo.gguf` below a folder that the program
/// lies in, as installed, or `resources/demo/demo.gguf`, as in the source tree. Fails with kNotFound.
[[nodiscard]] Result<std::filesystem::path> demo_model_path();

/// The same for a program at `program`.
[[nodiscard]] Result<std::filesystem::path> demo_model_path(const std::filesystem::path& program);

}  // namespace lapilli
