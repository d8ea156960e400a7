// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

namespace lapilli::cli {

/// Reads lines of bounded length from a descriptor, and stops waiting when another one becomes readable.
class LineReader {
 public:
  enum class Status {
    kLine,
    kTooLong,      ///< a line above the limit was left out
    kEnd,          ///< end of input, or it can't be read
    kInterrupted,  ///< the waking descriptor is readable
  };

  /// `wake`: −1 for none. The descriptors stay the caller's.
  LineReader(int descriptor, size_t max_bytes, int wake = -1)
      : descriptor_(descriptor), wake_(wake), max_bytes_(max_bytes) {}

  /// The next line, without its line break ("\n" or "\r\n"); the last one may lack it.
  [[nodiscard]] Status next(std::string& line);

 private:
  [[nodiscard]] bool take_line(std::string& line);
  /// kLine when more was read.
  [[nodiscard]] Status fill();

  int descriptor_;
  int wake_;
  size_t max_bytes_;
  std::string buffer_;
  size_t searched_ = 0;
  bool too_long_ = false;
  bool ended_ = false;
};

}  // namespace lapilli::cli
