// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/events.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <variant>

namespace lapilli::training {

/// One update was made, or left out: its gradients are not finite, or it has nothing to learn (loss NaN).
struct StepDone {
  uint64_t step = 0;  ///< finished updates
  uint64_t total = 0;
  double loss = 0;  ///< mean over the update's labels
  double learning_rate = 0;
  double gradient_norm = 0;  ///< before clipping
  double epoch = 0;
  double tokens_per_second = 0;
  double pictures_per_second = 0;
  double seconds_left = 0;
  bool skipped = false;  ///< left out
};

struct ValidationDone {
  uint64_t step = 0;
  double loss = 0;
  uint64_t records = 0;
};

/// The model's present answer to one of the recipe's questions.
struct SampleAnswered {
  uint64_t step = 0;
  uint64_t question = 0;  ///< index among the recipe's
  std::string image;      ///< as the recipe names it; empty: none
  std::string prompt;
  std::string answer;
};

struct CheckpointSaved {
  uint64_t step = 0;
  std::filesystem::path folder;
};

/// The run goes on from after `step` updates, because the device was lost or had no memory left; what was
/// told of later ones is void.
struct WentBack {
  uint64_t step = 0;
};

using TrainingEvent =
    std::variant<Progress, Note, StepDone, ValidationDone, SampleAnswered, CheckpointSaved, WentBack>;

/// Receives events on the thread that trains.
using TrainingSink = std::function<void(const TrainingEvent& event)>;

}  // namespace lapilli::training
