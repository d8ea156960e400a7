// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/output.h"
#include "training/training_events.h"

#include <chrono>
#include <string>

namespace lapilli::cli {

/// "45 s", "12 min 5 s", "3 h 12 min".
[[nodiscard]] std::string duration_text(double seconds);

/// Shows a training run: a line that is rewritten on a terminal, lines otherwise, JSON lines with --json.
class TrainView {
 public:
  /// Without a terminal every `line_steps`th step is a line. `output` outlives this.
  TrainView(Output& output, uint64_t line_steps);

  void show(const training::TrainingEvent& event);

 private:
  void show_as_json(const training::TrainingEvent& event);
  void show_step(const training::StepDone& step);

  Output& output_;
  uint64_t line_steps_;
  std::chrono::steady_clock::time_point next_progress_;
  double loss_sum_ = 0;  // exponentially weighted
  double weight_sum_ = 0;
};

}  // namespace lapilli::cli
