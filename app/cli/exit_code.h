// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/base/error.h"

namespace lapilli::cli {

/// What `lapilli` ends with. The numbers are part of its interface and never change.
enum class ExitCode : int {
  kOk = 0,
  kFailure = 1,  ///< an error of the program itself
  kUsage = 2,    ///< a wrong command line, or a value that makes no sense
  kNotFound = 3,
  kIo = 4,
  kBadFile = 5,
  kUnsupported = 6,
  kNoDevice = 7,
  kOutOfMemory = 8,
  kDeviceLost = 9,
  kContextFull = 10,
  kPartly = 11,    ///< done, but some of the pictures failed
  kStopped = 130,  ///< Ctrl+C or a termination request, as shells count it
};

[[nodiscard]] ExitCode exit_code_of(ErrorCode code);

/// The table for `--help`.
[[nodiscard]] const char* exit_code_help();

}  // namespace lapilli::cli
