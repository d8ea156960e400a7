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
  return "Exit codes: 0 success, 1 error of the program itself, 2 wrong command line or value, 3 file or "
         "device "
         "not\nfound, 4 input/output error, 5 damaged or unfitting file, 6 unsupported file or device, 7 no "
         "usable "
         "Vulkan\ndevice, 8 out of memory, 9 device lost, 10 prompt longer than the context, 11 "
         "some\npictures failed, 130 stopped (Ctrl+C).";
}

}  // namespace lapilli::cli
