// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <sstream>
#include <string>
#include <string_view>

namespace lapilli {

/// What went wrong, as a program decides on it; the sentence is for people.
enum class ErrorCode {
  kInvalidArgument,
  kNotFound,
  kIo,
  kBadFile,
  kUnsupported,
  kShape,
  kNoDevice,
  kOutOfMemory,
  kDeviceLost,
  kContextFull,
  kStopped,
  kInternal,
};

/// The code's stable name, e.g. "bad_file"; used in JSON output and exit codes.
std::string_view to_string(ErrorCode code);

/// One failure: code, sentence, and the place it speaks of (file, offset, key; may be empty).
class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message, std::string place = {});

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const std::string& place() const noexcept { return place_; }
  /// "place: message", or the message alone.
  [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

  /// The same failure with an outer place put in front, "outer: inner".
  [[nodiscard]] Error within(std::string_view outer_place) const;

 private:
  ErrorCode code_;
  std::string message_;
  std::string place_;
  std::string what_;
};

/// Joins values as operator<< prints them: text("weight is ", shape, ", input has ", n, " columns").
template <class... Values>
[[nodiscard]] std::string text(const Values&... values) {
  std::ostringstream out;
  (out << ... << values);
  return out.str();
}

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace lapilli

/// An invariant of this program, checked in every build; never used on the content of files or on user input.
#define LAPILLI_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::lapilli::assertion_failed(#condition, __FILE__, __LINE__))
