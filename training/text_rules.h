// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::training {

/// Python's rules for text, which the original's masks and lengths depend on. All take valid UTF-8.

/// str.strip(): without the Unicode spaces at both ends.
[[nodiscard]] std::string_view strip(std::string_view text);

/// len(str.split()): the words between Unicode spaces.
[[nodiscard]] size_t count_words(std::string_view text);

/// str.split(separator): at least one part; empty parts are kept. Precondition: separator is not empty.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, std::string_view separator);

/// How often `part` stands in the text, without overlaps. Precondition: part is not empty.
[[nodiscard]] size_t count(std::string_view text, std::string_view part);

/// The text without any `part`. Precondition: part is not empty.
[[nodiscard]] std::string without(std::string_view text, std::string_view part);

}  // namespace lapilli::training
