// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/grammar/expression.h"

#include <string_view>

namespace lapilli {

/// Reads a grammar in GBNF, whose rule `root` is the whole text:
///
///     root ::= "yes" | number ("," number)*   # comment
///     number ::= [1-9] [0-9]{0,3}
///
/// `"…"` and `[…]` know `\n \r \t \\ \" \[ \]`, `\xHH`, `\uHHHH`, `\UHHHHHHHH`; `[^…]` is any other
/// character,
/// `.` any; `* + ? {m} {m,} {m,n}` repeat. A rule ends at the line's end, but not within brackets, behind
/// `::=` or beside `|`. Throws kInvalidArgument, place = "line 3, column 7". Source: llama.cpp,
/// grammars/README.md.
[[nodiscard]] GrammarRules parse_gbnf(std::string_view source);

}  // namespace lapilli
