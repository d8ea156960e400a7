// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace lapilli {

/// "12.5 MiB".
[[nodiscard]] std::string mebibytes(uint64_t bytes);

/// "1 update", "2 updates": of nouns whose plural has an s more.
[[nodiscard]] std::string counted(uint64_t number, std::string_view noun);

[[nodiscard]] inline double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace lapilli
