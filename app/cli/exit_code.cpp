// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/exit_code.h"

namespace lapilli::cli {

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return ExitCode::kUsage;
    case ErrorCode::kNotFound:
      return ExitCode::kNotFound;
    case ErrorCode::kIo:
      return ExitCode::kIo;
    case ErrorCode::kBadFile:
    case ErrorCode::kShape:
      return ExitCode::kBadFile;
    case ErrorCode::kUnsupported:
      return ExitCode::kUnsupported;
    case ErrorCode::kNoDevice:
      return ExitCode::kNoDevice;
    case ErrorCode::kOutOfMemory:
      return ExitCode::kOutOfMemory;
    case ErrorCode::kDeviceLost:
      return ExitCode::kDeviceLost;
    case ErrorCode::kContextFull:
      return ExitCode::kContextFull;
    case ErrorCode::kStopped:
      return ExitCode::kStopped;
    case ErrorCode::kInternal:
      return ExitCode::kFailure;
  }
  return ExitCode::kFailure;
}

const char* exit_code_help() {
  return "Exit codes:\n"
         "    0  success                               6  unsupported file or device\n"
         "    1  error of the program itself           7  no usable Vulkan device\n"
         "    2  wrong command line or value           8  out of memory\n"
         "    3  file or device not found              9  device lost\n"
         "    4  input/output error                   10  prompt longer than the context\n"
         "    5  damaged or unfitting file            11  done, but some pictures failed\n"
         "                                           130  stopped (Ctrl+C)\n";
}

}  // namespace lapilli::cli
