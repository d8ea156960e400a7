// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace lapilli::test {

/// The folder of real files that tests may read: $LAPILLI_SHARED, which ctest sets to `shared` beside the
/// checkout; nothing where it is absent.
inline std::optional<std::filesystem::path> shared_data() {
  const char* variable = std::getenv("LAPILLI_SHARED");
  if (variable == nullptr || *variable == 0) return std::nullopt;
  const auto data = std::filesystem::path(variable) / "data";
  if (!std::filesystem::is_directory(data)) return std::nullopt;
  return std::filesystem::canonical(data);
}

}  // namespace lapilli::test

/// Binds `name` to the shared data folder, or reports the test as skipped.
#define LAPILLI_REQUIRE_SHARED(name)                                              \
  const auto name##_optional = ::lapilli::test::shared_data();                    \
  if (!name##_optional) GTEST_SKIP() << "no shared data folder (LAPILLI_SHARED)"; \
  const std::filesystem::path name = *name##_optional
