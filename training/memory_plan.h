// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/device_caps.h"
#include "engine/runtime/loaded_model.h"
#include "training/session.h"

#include <string>

namespace lapilli::training {

/// What a run takes of a device's memory, and how it is cut for that.
struct TrainingPlan {
  uint32_t micro = 1;            ///< records at once
  bool recompute = false;        ///< blocks are computed again for their gradients
  uint64_t weight_bytes = 0;     ///< frozen
  uint64_t parameter_bytes = 0;  ///< what learns, with copies for computing
  uint64_t gradient_bytes = 0;
  uint64_t moment_bytes = 0;
  uint64_t activation_bytes = 0;  ///< all values of the largest micro-step
  uint64_t input_bytes = 0;       ///< ids, pictures, tables
  uint64_t sample_bytes = 0;      ///< while sample questions are answered
  MicroStepShape shape = {};      ///< of the largest micro-step
  double flops = 0;               ///< of one micro-step

  [[nodiscard]] uint64_t total_bytes() const {
    return weight_bytes + parameter_bytes + gradient_bytes + moment_bytes + activation_bytes + input_bytes +
           sample_bytes;
  }
};

/// The memory of one way to cut a run: micro-steps of `micro` records of `length` positions, each with
/// `pictures` pictures and `learned` positions to learn. Computed by the planner that runs use; nothing is
/// allocated.
[[nodiscard]] TrainingPlan plan_memory_of(const LoadedModel& model, const Recipe& recipe,
                                          const DeviceCaps& caps, uint32_t micro, bool recompute,
                                          uint32_t length, uint32_t pictures = 1);

struct PlanLimits {
  uint64_t memory_bytes = 0;    ///< of the device that the run may take
  uint64_t beside_bytes = 0;    ///< of it, what answering sample questions takes
  uint64_t longest_record = 0;  ///< positions of the data's longest record; 0: as long as the recipe allows
  uint64_t most_pictures = 0;   ///< of one record of the data; 0: one
  uint32_t ranks = 1;           ///< that share the batch evenly
};

/// The largest micro-batch that fits, without recomputation if that fits, else with it; what the recipe fixes
/// stays. Throws kOutOfMemory, naming need and space, when not even one record with recomputation fits, and
/// kInvalidArgument when the ranks can't share the batch.
[[nodiscard]] TrainingPlan choose_plan(const LoadedModel& model, const Recipe& recipe, const DeviceCaps& caps,
                                       const PlanLimits& limits);

/// Disk space that a run's checkpoints take at most: those that are kept and the one being written.
[[nodiscard]] uint64_t checkpoint_disk_bytes(const TrainingPlan& plan);

/// A table for people: each part in MiB, the total, the micro-batch, and whether blocks are computed again.
[[nodiscard]] std::string to_string(const TrainingPlan& plan);

}  // namespace lapilli::training
