// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/run.h"
#include "app/cli/output.h"

#include <chrono>

namespace lapilli::cli {

/// {"event": "captioned" | "picture_failed" | "left_out" | "caption_progress" | "scan_progress", …};
/// described in PROTOCOL.md.
[[nodiscard]] nlohmann::json caption_event_form(const captions::RunEvent& event);
/// {"done": …, "waiting": …, "skipped": …, "failed": …, "total": …, "failures": [{"code", "reason", "count",
/// "examples"}]}
[[nodiscard]] nlohmann::json caption_summary_form(const captions::RunCounts& counts,
                                                  const std::vector<captions::FailureGroup>& failures);

/// {"restored": …, "removed": …, "edited": …, "kept": [path, …], "reasons": [why, …] and "codes": [name, …]
/// for these, "tries_again": …}
[[nodiscard]] nlohmann::json undo_form(const captions::UndoReport& report);

/// {"path": …, "decision": "write" | "merge" | "replace", "rows": …}
[[nodiscard]] nlohmann::json folder_file_form(const captions::FolderFile& file);

/// Shows a run: a line that is rewritten on a terminal, now and then a further one where there is none, JSON
/// lines with --json.
class CaptionView {
 public:
  /// How often there is a line of progress without a terminal, the first one after as long.
  static constexpr std::chrono::seconds kLineInterval{30};
  explicit CaptionView(Output& output, std::chrono::milliseconds line_interval = kLineInterval);

  void show(const captions::RunEvent& event);
  void show_plan(const captions::RunPlan& plan, const std::vector<captions::FolderFile>& files);
  /// What will happen to files of the whole folder that are there.
  void show_files(const std::vector<captions::FolderFile>& files);
  /// What of a plan is left out for another reason than its texts.
  void show_reasons(const captions::RunPlan& plan);
  /// The end where no picture waits.
  void show_nothing_to_do(const captions::RunPlan& plan, captions::Existing existing);
  void show_end(captions::CaptionRun& run, bool stopped);

 private:
  [[nodiscard]] bool time_for_progress();
  void show_line(const captions::RunAdvanced& advanced);
  void show_failures(const std::vector<captions::FailureGroup>& failures);

  Output& output_;
  std::chrono::milliseconds interval_;
  std::chrono::steady_clock::time_point next_progress_;
};

}  // namespace lapilli::cli
