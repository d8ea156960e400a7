// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace lapilli::cli {

/// The whole program: parses the command line, runs the command, reports a failure as one sentence, returns
/// the exit code.
int run(int count, const char* const* arguments);

}  // namespace lapilli::cli
