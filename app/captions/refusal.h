// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/base/error.h"

#include <string>
#include <string_view>
#include <utility>

namespace lapilli::captions {

/// Why a picture cannot be done, or a file not be taken back, where an error's code says too little for a
/// program that tells it in words of its own: a stable name beside it.
class Refusal : public Error {
 public:
  Refusal(std::string_view name, ErrorCode code, std::string message)
      : Error(code, std::move(message)), name_(name) {}
  [[nodiscard]] std::string_view name() const noexcept { return name_; }

 private:
  std::string_view name_;  // one of these
};

inline constexpr std::string_view kSharedFile = "shared_file";     ///< two pictures' texts, one file
inline constexpr std::string_view kNameTooLong = "name_too_long";  ///< that of the file its text would go to
inline constexpr std::string_view kNameNotUtf8 =
    "name_not_utf8";                                      ///< so the folder's own files cannot hold it
inline constexpr std::string_view kNoPlace = "no_place";  ///< for texts, in a file of its kind
inline constexpr std::string_view kTextNotUtf8 = "text_not_utf8";       ///< the one it has
inline constexpr std::string_view kWriteProtected = "write_protected";  ///< the file its text would go to

// Why a file is not taken back.
inline constexpr std::string_view kChangedSince = "changed";  ///< by somebody else, since
inline constexpr std::string_view kRemovedSince = "removed";  ///< the same
inline constexpr std::string_view kNotKept = "not_kept";      ///< what was there before

/// The name of a Refusal, else that of the error's code.
[[nodiscard]] inline std::string name_of(const Error& error) {
  const auto* refusal = dynamic_cast<const Refusal*>(&error);
  return std::string(refusal != nullptr ? refusal->name() : to_string(error.code()));
}

}  // namespace lapilli::captions
