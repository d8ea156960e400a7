// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/base/error.h"

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace lapilli::cli {

/// What is wrong with a command line, as one sentence that ends with where to read on. An unknown option
/// comes before anything that is missing. `first`: the first argument; empty: there is none.
[[nodiscard]] Error usage_error(const CLI::ParseError& error, const CLI::App& app, std::string_view first);

/// The word that differs from `word` by at most two letters or a third of them, the nearest first; empty:
/// none does.
[[nodiscard]] std::string nearest_word(std::string_view word, const std::vector<std::string>& words);

}  // namespace lapilli::cli
