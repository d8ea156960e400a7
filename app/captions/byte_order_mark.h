// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace lapilli::captions {

/// U+FEFF, with which some programs begin a file to say that it is UTF-8.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The content behind it.
[[nodiscard]] constexpr std::string_view without_byte_order_mark(std::string_view content) {
  return content.substr(content.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
}

}  // namespace lapilli::captions
