// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/pipelines.h"
#include "training/divergence.h"
#include "training/loss_scale.h"
#include "training/prepared_updates.h"
#include "training/rank_exchange.h"
#include "training/sample_answers.h"
#include "training/trainer.h"

#include <chrono>
#include <limits>
#include <memory>
#include <optional>

namespace lapilli::training {

/// Everything of one run on one device, in the order it is made. Options, model, sink and ranks outlive it.
class TrainingRun {
 public:
  /// `memory_bytes`: device memory that the plan may use, where that is less than what is free.
  TrainingRun(const TrainerOptions& options, const LoadedModel& model, Ranks& ranks, const TrainingSink& sink,
              std::stop_token stop, uint64_t memory_bytes = std::numeric_limits<uint64_t>::max());

  /// Trains to the end. Throws as train() fails.
  [[nodiscard]] TrainerReport run();
  /// Makes a few updates, saves nothing, and tells what they took.
  [[nodiscard]] Rehearsal rehearse();

  /// How the run was cut; nothing before that was decided.
  [[nodiscard]] const std::optional<TrainingPlan>& plan() const { return plan_; }
  /// The plan that would do with less memory; throws kOutOfMemory where there is none.
  [[nodiscard]] TrainingPlan smaller_plan() const;

 private:
  using Clock = std::chrono::steady_clock;

  void begin();
  void open();
  void open_data();
  void open_cache();
  void compare_with_found() const;
  void go_on();
  void check_warmup() const;
  [[nodiscard]] TrainingPlan choose(uint64_t memory_bytes);
  [[nodiscard]] bool update();
  [[nodiscard]] StepDone learn(const PreparedUpdate& prepared);
  void micro_steps(const PreparedUpdate& update);
  void apply(StepDone& done, double factor, double scale);
  void note_speed(StepDone& done, const PreparedUpdate& prepared, double seconds) const;
  [[nodiscard]] std::string kept_sentence() const;
  [[nodiscard]] std::string kept_where_broken();
  void validate();
  void answer_samples();
  void save();
  void save_what_is_done(ErrorCode failure);
  [[nodiscard]] bool checkpoint_is_due();
  [[nodiscard]] bool first() const { return ranks_.rank() == 0; }
  void report(const TrainingEvent& event) const {
    if (sink_ && first()) sink_(event);
  }

  const TrainerOptions& options_;
  const LoadedModel& model_;
  Ranks& ranks_;
  const TrainingSink& sink_;
  std::stop_token asked_to_stop_;
  std::stop_token stop_;  // of the work within an update: ranks stop together, between updates
  uint64_t memory_bytes_;
  Recipe recipe_;
  std::optional<gpu::Instance> instance_;
  std::optional<gpu::Device> device_;
  std::optional<gpu::PipelineCache> pipelines_;
  std::optional<Checkpoint> found_;  // that the run goes on from
  std::optional<SampleAnswers> samples_;
  std::optional<TrainingPlan> plan_;
  std::optional<Session> session_;
  std::optional<Dataset> dataset_;
  DataSplit split_;
  std::vector<int32_t> lengths_;
  RunOrigin origin_;
  std::unique_ptr<FeatureCache> cache_;
  std::optional<PictureFeed> pictures_;
  std::optional<PreparedUpdates> updates_;
  std::optional<LossScale> loss_scale_;
  std::optional<DivergenceWatch> watch_;
  Progression progression_;
  uint64_t per_epoch_ = 1;
  uint64_t total_ = 0;
  double loss_ = 0;
  bool checkpoint_pending_ = false;
  Clock::time_point last_save_ = Clock::now();
  std::optional<uint64_t> saved_at_;
  uint64_t saved_applied_ = 0;  // updates that had changed the parameters then
  double start_seconds_ = 0;
  uint64_t first_update_ = 0;
  Clock::time_point start_ = Clock::now();
};

}  // namespace lapilli::training
