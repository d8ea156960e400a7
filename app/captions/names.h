// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

namespace lapilli::captions {

// What settings are called, on the command line and in JSON. Data alone: the window, which knows the engine
// by its protocol, has them from here too.

inline constexpr std::array<std::string_view, 7> kOutputNames = {
    "txt", "caption", "xmp", "embedded", "jsonl", "csv", "llava-json"};  ///< in the order of Output
inline constexpr std::array<std::string_view, 7> kExistingNames = {
    "skip", "replace", "append", "prepend", "empty", "failed", "ask"};  ///< in the order of Existing

}  // namespace lapilli::captions
