// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/device.h"
#include "engine/runtime/loaded_model.h"
#include "training/checkpoint.h"
#include "training/dataset.h"
#include "training/memory_plan.h"
#include "training/ranks.h"
#include "training/training_events.h"

#include <filesystem>
#include <stop_token>
#include <vector>

namespace lapilli::training {

struct TrainerOptions {
  Recipe recipe;
  ModelPaths model;
  std::vector<std::filesystem::path> data;
  std::filesystem::path images = {};  ///< what the data's picture names are relative to
  std::filesystem::path output = {};  ///< folder for checkpoints; made where it is missing
  bool resume = true;                 ///< go on from the newest checkpoint in `output`
  std::string device = {};
  std::filesystem::path cache_folder = {};  ///< compiled kernels
  uint64_t longest_record = 0;              ///< positions of the data's longest record, where it is known
  uint64_t most_pictures = 0;               ///< of one record of the data, where it is known
  Ranks* ranks = nullptr;                   ///< that train together; null: this process alone
  gpu::DeviceOptions device_options = {};   ///< for tests
};

/// What a few updates took.
struct Rehearsal {
  TrainingPlan plan;
  double seconds_per_update = 0;
  uint64_t updates = 0;     ///< of the whole run
  uint64_t used_bytes = 0;  ///< device memory, with room for the largest micro-step, sample answers apart
};

struct TrainerReport {
  uint64_t steps = 0;
  double loss = 0;  ///< of the last update
  bool stopped = false;
};

/// Trains as the recipe says: checks, loads, goes on from a checkpoint if there is one, and saves by steps,
/// by time, on a stop request and at the end. The final checkpoint holds what was learned.
///
/// Fails with what loading and reading give, kBadFile for data that can't be learned from, kInvalidArgument
/// where recipe, model and data don't fit together, and kInternal with an explanation when the loss stops
/// being a number or diverges; the last checkpoint is then kept. Where the device has less memory than was
/// planned, the run goes on with a smaller plan if there is one; where it was lost, from the last checkpoint
/// on the device opened anew. A stop request is no failure.
///
/// Several ranks call it alike, with the same recipe, model and data; rank 0 alone reads checkpoints, writes,
/// and reports events. A rank that fails leaves the others waiting: the caller ends them (Ranks::abort).
[[nodiscard]] Result<TrainerReport> train(const TrainerOptions& options, const TrainingSink& sink = {},
                                          std::stop_token stop = {});

/// The same for a model that is described already, loaded with the recipe's precision as its activation type.
[[nodiscard]] Result<TrainerReport> train(const TrainerOptions& options, LoadedModel model,
                                          const TrainingSink& sink = {}, std::stop_token stop = {});

/// How the run would be cut for its device and what it would take of its memory; nothing is trained or read
/// but the model's description.
[[nodiscard]] Result<TrainingPlan> plan_training(const TrainerOptions& options);

/// Trains for a few updates, saves nothing, and tells what they took.
[[nodiscard]] Result<Rehearsal> rehearse_training(const TrainerOptions& options, std::stop_token stop = {});

}  // namespace lapilli::training
