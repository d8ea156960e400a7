// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/events.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace lapilli::cli {

/// Standard output and standard error of a command. Results go to the former, progress (on a terminal), notes
/// and errors to the latter; with --json everything but progress is a JSON line on standard output.
/// A result that cannot be written (a full disk, a closed pipe) is the last one that is tried.
class Output {
 public:
  explicit Output(bool json);

  [[nodiscard]] bool json() const { return json_; }

  /// Text as it is, shown at once.
  void text(std::string_view text);
  void line(const nlohmann::json& object);
  /// Unimportant text for people: a summary, a prompt sign. Not with --json.
  void remark(std::string_view text);
  void error(const Error& error);
  /// Where the work stands, as one line that the next one replaces, or that is kept as a remark where
  /// standard error is no terminal. Not with --json.
  void status(std::string_view line);
  [[nodiscard]] bool terminal() const { return terminal_; }

  /// Why results are lost; nothing while all were written.
  [[nodiscard]] const std::optional<Error>& lost() const { return lost_; }
  /// Called once, when the first result is lost: the work for it can stop.
  void when_lost(std::function<void()> call) { when_lost_ = std::move(call); }

  /// Shows engine events; refers to this object.
  [[nodiscard]] EventSink sink();

 private:
  void result(std::string_view text);
  void end_open_line();
  void show(const Event& event);
  void show_progress(const Progress& progress);
  void clear_progress();

  bool json_;
  bool terminal_;
  bool progress_shown_ = false;
  bool text_open_ = false;  // standard output is within a line
  std::optional<Error> lost_;
  std::function<void()> when_lost_;
  std::chrono::steady_clock::time_point next_progress_;
};

}  // namespace lapilli::cli
