// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/grammar/grammar.h"
#include "engine/runtime/response_format.h"

#include <optional>

namespace lapilli {

/// The texts a format allows as answers to a question; nothing where it allows all. Throws kInvalidArgument
/// as check_format tells.
[[nodiscard]] std::optional<Grammar> format_grammar(const ResponseFormat& format, std::string_view question);

/// The letters of a question's options, "A. …" or "(A) …" at the start of lines, each once and in order.
[[nodiscard]] std::string option_letters(std::string_view question);

}  // namespace lapilli
