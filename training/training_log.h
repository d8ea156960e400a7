// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"
#include "training/training_events.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace lapilli::training {

/// An event as one line of JSON with its break: {"event": "step" | "validation" | "sample" | "checkpoint" |
/// "went_back" | "note" | "progress", …}. A number that is not finite is null.
[[nodiscard]] std::string json_line(const TrainingEvent& event);

/// A file of JSON lines that holds one run, however often it was broken off. Each line is in the file when
/// the call returns. Move-only.
class TrainingLog {
 public:
  /// Opens `path`, made where it is missing, for a run that goes on after `kept_steps` updates: lines from
  /// the first one on that belongs to a later update or is not whole are cut off; all, when no update is
  /// kept. Where a checkpoint is told of in what is cut off, it may be another run's log: the whole is copied
  /// before, see earlier(). Fails with kIo, and with kInvalidArgument for a file that is no log, which is
  /// left as it is.
  [[nodiscard]] static Result<TrainingLog> open(const std::filesystem::path& path, uint64_t kept_steps);

  TrainingLog(TrainingLog&& other) noexcept;
  TrainingLog& operator=(TrainingLog&& other) noexcept;
  ~TrainingLog();

  /// The copy that was made of what the file had, "FILE.earlier-1" and so on; empty: none was.
  [[nodiscard]] const std::filesystem::path& earlier() const { return earlier_; }

  /// Progress is left out. Throws kIo (disk full and the like).
  void add(const TrainingEvent& event);
  /// A line of the caller's own, with its break. Throws as above.
  void add_line(std::string_view line);

 private:
  TrainingLog() = default;

  std::filesystem::path path_;
  std::filesystem::path earlier_;
  int descriptor_ = -1;
};

}  // namespace lapilli::training
