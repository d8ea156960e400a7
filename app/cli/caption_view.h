// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/run.h"
#include "app/cli/output.h"

#include <chrono>

namespace lapilli::cli {

/// {"event": "captioned" | "picture_failed" | "caption_progress" | "scan_progress", …}; described in
/// PROTOCOL.md.
[[nodiscard]] nlohmann::json caption_event_form(const captions::RunEvent& event);
/// {"done": …, "waiting": …, "skipped": …, "failed": …, "total": …, "failures": [{"code", "reason", "count",
/// "examples"}]}
[[nodiscard]] nlohmann::json caption_summary_form(const captions::RunCounts& counts,
                                                  const std::vector<captions::FailureGroup>& failures);

/// {"restored": …, "removed": …, "kept": [path, …], "reasons": [why, …] for these}
[[nodiscard]] nlohmann::json undo_form(const captions::UndoReport& report);

/// Shows a run: a line that is rewritten on a terminal, JSON lines with --json.
class CaptionView {
 public:
  explicit CaptionView(Output& output) : output_(output) {}

  void show(const captions::RunEvent& event);
  void show_plan(const captions::RunPlan& plan);
  /// `backup_bytes`: what is kept for undoing.
  void show_end(const captions::RunCounts& counts, const std::vector<captions::FailureGroup>& failures,
                bool stopped, uint64_t backup_bytes);

 private:
  [[nodiscard]] bool time_for_progress();
  void show_line(const captions::RunAdvanced& advanced);

  Output& output_;
  std::chrono::steady_clock::time_point next_progress_;
};

}  // namespace lapilli::cli
