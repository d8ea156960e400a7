// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/output.h"
#include "engine/runtime/answer.h"

#include <mutex>

namespace lapilli::cli {

/// Shows one answer while it is written. When the program must end before the engine has stopped, what was
/// shown so far still becomes the answer's last line.
class AnswerOutput {
 public:
  AnswerOutput(Output& output, uint64_t seed) : output_(output), seed_(seed) {}

  /// Shows the engine's events; refers to this object.
  [[nodiscard]] EventSink sink();
  /// The answer's JSON line, or the end of its text.
  void finish(const Answer& answer);
  /// The same with what is known, once, unless the answer is complete. May be called from another thread;
  /// what is shown later on is left out.
  void give_up();

 private:
  void end(const Answer& answer);

  Output& output_;
  uint64_t seed_;
  std::mutex mutex_;
  Answer so_far_;
  bool ended_ = false;
};

}  // namespace lapilli::cli
