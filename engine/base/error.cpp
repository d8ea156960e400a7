// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"

#include <utility>

namespace lapilli {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kBadFile:
      return "bad_file";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kShape:
      return "shape";
    case ErrorCode::kNoDevice:
      return "no_device";
    case ErrorCode::kOutOfMemory:
      return "out_of_memory";
    case ErrorCode::kDeviceLost:
      return "device_lost";
    case ErrorCode::kContextFull:
      return "context_full";
    case ErrorCode::kStopped:
      return "stopped";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

Error::Error(ErrorCode code, std::string message, std::string place)
    : code_(code), message_(std::move(message)), place_(std::move(place)) {
  what_ = place_.empty() ? message_ : place_ + ": " + message_;
}

Error Error::within(std::string_view outer_place) const {
  return Error(code_, message_, place_.empty() ? std::string(outer_place) : text(outer_place, ": ", place_));
}

void assertion_failed(const char* condition, const char* file, int line) {
  throw Error(ErrorCode::kInternal, text("broken invariant: ", condition), text(file, ":", line));
}

}  // namespace lapilli
