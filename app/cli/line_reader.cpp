// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/line_reader.h"

#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace lapilli::cli {

bool LineReader::take_line(std::string& line) {
  const size_t end = buffer_.find('\n', searched_);
  if (end == std::string::npos) {
    searched_ = buffer_.size();
    return false;
  }
  line.assign(buffer_, 0, end);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  buffer_.erase(0, end + 1);
  searched_ = 0;
  return true;
}

LineReader::Status LineReader::fill() {
  pollfd waiting[] = {{descriptor_, POLLIN, 0}, {wake_, POLLIN, 0}};
  if (::poll(waiting, wake_ < 0 ? 1 : 2, -1) < 0) return errno == EINTR ? Status::kLine : Status::kEnd;
  if (wake_ >= 0 && waiting[1].revents != 0) return Status::kInterrupted;
  std::array<char, 65536> piece;
  const ssize_t count = ::read(descriptor_, piece.data(), piece.size());
  if (count < 0 && errno == EINTR) return Status::kLine;
  if (count <= 0) return Status::kEnd;
  buffer_.append(piece.data(), static_cast<size_t>(count));
  return Status::kLine;
}

LineReader::Status LineReader::next(std::string& line) {
  for (;;) {
    if (take_line(line)) {
      const bool too_long = too_long_ || line.size() > max_bytes_;
      too_long_ = false;
      return too_long ? Status::kTooLong : Status::kLine;
    }
    if (buffer_.size() > max_bytes_) {
      too_long_ = true;
      buffer_.clear();
      searched_ = 0;
    }
    if (ended_) {
      line = std::exchange(buffer_, {});
      if (too_long_) return too_long_ = false, Status::kTooLong;
      return line.empty() ? Status::kEnd : Status::kLine;
    }
    const Status status = fill();
    if (status == Status::kInterrupted) return status;
    ended_ = status == Status::kEnd;
  }
}

}  // namespace lapilli::cli
