// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output.h"

#include "app/cli/forms.h"

#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

constexpr std::chrono::milliseconds kProgressInterval{100};

void put(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

/// A longer line would wrap and could not be replaced.
size_t terminal_columns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? size.ws_col : 80;
}

}  // namespace

Output::Output(bool json) : json_(json), terminal_(::isatty(STDERR_FILENO) == 1) {}

void Output::text(std::string_view text) {
  clear_progress();
  put(stdout, text);
}

void Output::line(const nlohmann::json& object) {
  clear_progress();
  put(stdout, one_line(object));
}

void Output::remark(std::string_view text) {
  if (json_) return;
  clear_progress();
  put(stderr, text);
}

void Output::status(std::string_view line) {
  if (json_) return;
  if (!terminal_) return put(stderr, lapilli::text(line, '\n'));
  put(stderr, lapilli::text("\r\033[K", line.substr(0, terminal_columns() - 1)));
  progress_shown_ = true;
}

void Output::error(const Error& error) {
  clear_progress();
  put(stderr, lapilli::text("lapilli: ", error.what(), '\n'));
  if (json_) line(error_form(error));
}

EventSink Output::sink() {
  return [this](const Event& event) { show(event); };
}

void Output::show(const Event& event) {
  if (const auto* progress = std::get_if<Progress>(&event)) {
    show_progress(*progress);
  } else if (json_) {
    line(event_form(event));
  } else if (const auto* piece = std::get_if<TextPiece>(&event)) {
    text(piece->text);
  } else {
    remark(lapilli::text("note: ", std::get<Note>(event).message, '\n'));
  }
}

void Output::show_progress(const Progress& progress) {
  if (!terminal_ || progress.total == 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_progress_) return;
  next_progress_ = now + kProgressInterval;
  put(stderr, lapilli::text("\r\033[K", progress.stage, ' ', 100 * progress.done / progress.total, " %"));
  progress_shown_ = true;
}

void Output::clear_progress() {
  if (!progress_shown_) return;
  put(stderr, "\r\033[K");
  progress_shown_ = false;
}

}  // namespace lapilli::cli
