// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"

#include <CLI/CLI.hpp>

namespace lapilli::cli {

/// --format and what belongs to its kinds, --json-schema, --grammar. `flags` outlives the parsing.
void add_format_options(CLI::App& command, FormatFlags& flags);

/// The format these flags describe, checked to the end; files are read here. Fails with kInvalidArgument
/// (place = option or file, then the place in it), and as reading a file does.
[[nodiscard]] Result<ResponseFormat> response_format(const FormatFlags& flags);

}  // namespace lapilli::cli
