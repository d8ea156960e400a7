// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output.h"

#include "app/cli/forms.h"
#include "engine/io/utf8.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

constexpr std::chrono::milliseconds kProgressInterval{100};
constexpr std::string_view kLineAnew = "\r\033[K";

[[nodiscard]] bool put(std::FILE* stream, std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0;
}

/// What nobody can be told of where it fails.
void put_raw_remark(std::string_view text) {
  static_cast<void>(put(stderr, text));
}

/// Names of files and answers of models are others' words, and a terminal would obey what they may hold.
std::string for_terminal(std::string_view text) {
  std::string shown;
  for (size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool is_c1 =
        byte == 0xC2 && at + 1 < text.size() && (static_cast<unsigned char>(text[at + 1]) & 0xE0) == 0x80;
    const bool is_control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F || is_c1;
    if (is_control) {
      shown += kReplacementCharacter;
    } else {
      shown += text[at];
    }
    if (is_c1) ++at;
  }
  return shown;
}

void put_remark(std::string_view text) {
  ::isatty(STDERR_FILENO) == 1 ? put_raw_remark(for_terminal(text)) : put_raw_remark(text);
}

[[nodiscard]] bool put_result(std::string_view text) {
  return ::isatty(STDOUT_FILENO) == 1 ? put(stdout, for_terminal(text)) : put(stdout, text);
}

/// A longer line would wrap and could not be replaced.
size_t terminal_columns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? size.ws_col : 80;
}

}  // namespace

Output::Output(bool json) : json_(json), terminal_(::isatty(STDERR_FILENO) == 1) {}

void Output::result(std::string_view text) {
  if (lost_) return;
  clear_progress();
  if (put_result(text)) {
    if (!text.empty()) text_open_ = text.back() != '\n';
    return;
  }
  lost_ = Error(ErrorCode::kIo, lapilli::text("standard output cannot be written: ", std::strerror(errno)));
  if (when_lost_) when_lost_();
}

void Output::text(std::string_view text) {
  result(text);
}

void Output::line(const nlohmann::json& object) {
  result(one_line(object));
}

void Output::remark(std::string_view text) {
  if (json_) return;
  clear_progress();
  end_open_line();
  put_remark(text);
}

void Output::status(std::string_view line) {
  if (json_) return;
  if (!terminal_) return put_remark(lapilli::text(line, '\n'));
  put_raw_remark(kLineAnew);
  put_remark(line.substr(0, terminal_columns() - 1));
  progress_shown_ = true;
}

void Output::error(const Error& error) {
  clear_progress();
  end_open_line();
  put_remark(lapilli::text("lapilli: ", error.what(), '\n'));
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
  put_raw_remark(kLineAnew);
  put_remark(lapilli::text(progress.stage, ' ', 100 * progress.done / progress.total, " %"));
  progress_shown_ = true;
}

void Output::clear_progress() {
  if (!progress_shown_) return;
  put_raw_remark(kLineAnew);
  progress_shown_ = false;
}

// On a terminal both streams share the line.
void Output::end_open_line() {
  if (!std::exchange(text_open_, false)) return;
  if (terminal_ && ::isatty(STDOUT_FILENO) == 1) put_remark("\n");
}

}  // namespace lapilli::cli
