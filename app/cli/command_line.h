// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"

#include <variant>

namespace lapilli::cli {

/// Help or the version was asked for: print this and end well.
struct Information {
  std::string text;
};

/// Reads the command line; fails with kInvalidArgument, one sentence naming the option.
[[nodiscard]] Result<std::variant<CommandLine, Information>> parse_command_line(int count,
                                                                                const char* const* arguments);

}  // namespace lapilli::cli
