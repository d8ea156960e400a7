// SPDX-License-Identifier: Apache-2.0
#include "training/trainer.h"

#include "engine/base/public_result.h"
#include "engine/base/units.h"
#include "training/base_model.h"
#include "training/check_fit.h"
#include "training/rank_device.h"
#include "training/training_run.h"

#include <limits>
#include <new>
#include <optional>

namespace lapilli::training {
namespace {

/// The plan to go on with after the device had less memory than `run` was cut for.
TrainingPlan smaller_plan(const TrainingRun& run, const Error& failure) {
  try {
    return run.smaller_plan();
  } catch (const Error& none) {
    throw Error(ErrorCode::kOutOfMemory, text(failure.message(), "; ", none.message()), failure.place());
  }
}

/// Updates that a new start of the run has behind it.
uint64_t kept_updates(const TrainerOptions& options) {
  if (options.output.empty() || !options.resume) return 0;
  const auto checkpoint = newest_checkpoint(options.output).value();
  return checkpoint ? checkpoint->progression.updates : 0;
}

/// Starts the run again where its device failed and that helps: with a smaller plan, or on the device opened
/// anew.
class PersistentRun {
 public:
  PersistentRun(const TrainerOptions& options, const LoadedModel& model, const TrainingSink& sink,
                std::stop_token stop)
      : options_(options), model_(model), sink_(sink), stop_(std::move(stop)) {}

  TrainerReport run() {
    OneRank alone;
    Ranks& ranks = options_.ranks ? *options_.ranks : alone;
    for (;;) {
      TrainingRun run(options_, model_, ranks, sink_, stop_, memory_bytes_);
      try {
        return run.run();
      } catch (const Error& error) {
        const bool again =
            ranks.alone() && (error.code() == ErrorCode::kOutOfMemory
                                  ? use_less_memory(run, error)
                                  : error.code() == ErrorCode::kDeviceLost && go_on_after_loss(error));
        if (!again) throw;
      }
      // Its own checkpoints are the ones to go on from now.
      options_.resume = !options_.output.empty();
      report(WentBack{kept_updates(options_)});
    }
  }

 private:
  void report(const TrainingEvent& event) const {
    if (sink_) sink_(event);
  }

  [[nodiscard]] bool use_less_memory(const TrainingRun& run, const Error& error) {
    if (!run.plan()) return false;
    const TrainingPlan next = smaller_plan(run, error);
    memory_bytes_ = run.plan()->total_bytes() - 1;
    options_.device_options.fail_allocation_at = 0;  // a test's failure has happened now
    report(Note{
        "smaller_plan",
        text(error.message(), "; the run goes on with ", counted(next.micro, "record"), " at once",
             next.recompute ? " and recomputation" : "", ", which takes ", mebibytes(next.total_bytes()))});
    return true;
  }

  /// Not where the device was lost before without a checkpoint since: it would be lost again.
  [[nodiscard]] bool go_on_after_loss(const Error& error) {
    if (options_.output.empty()) return false;
    TrainerOptions next = options_;
    next.resume = true;
    const uint64_t kept = kept_updates(next);
    if (lost_at_ && *lost_at_ == kept) return false;
    lost_at_ = kept;
    report(Note{"device_lost", text(error.message(),
                                    "; the device is opened again, and the run goes on "
                                    "after ",
                                    counted(kept, "update"))});
    return true;
  }

  TrainerOptions options_;
  const LoadedModel& model_;
  const TrainingSink& sink_;
  std::stop_token stop_;
  uint64_t memory_bytes_ = std::numeric_limits<uint64_t>::max();
  std::optional<uint64_t> lost_at_;
};

}  // namespace

Result<TrainerReport> train(const TrainerOptions& options, const TrainingSink& sink, std::stop_token stop) {
  auto model = load_base_model(options.model, options.recipe);
  if (!model) return model.error();
  return train(options, std::move(*model), sink, stop);
}

Result<TrainerReport> train(const TrainerOptions& options, LoadedModel model, const TrainingSink& sink,
                            std::stop_token stop) {
  return public_result([&] {
    const LoadedModel base = base_model(std::move(model), options.recipe).value();
    check_fit(options.recipe, base);
    return PersistentRun(options, base, sink, stop).run();
  });
}

Result<TrainingPlan> plan_training(const TrainerOptions& options) {
  return public_result([&] {
    const LoadedModel model = load_base_model(options.model, options.recipe).value();
    check_fit(options.recipe, model);
    OneRank alone;
    Ranks& ranks = options.ranks ? *options.ranks : alone;
    const gpu::Instance instance = gpu::Instance::create().value();
    const RankDevice mine = device_of(instance, options.device, ranks);
    const gpu::Device device = gpu::Device::create(instance, mine.info).value();
    const SampleAnswers samples(options.recipe, model,
                                SampleAnswers::picture_folder(options.images, options.data));
    Recipe recipe = options.recipe;
    const auto chosen = [&] {
      return choose_plan(model, recipe, device.caps(),
                         {.memory_bytes = device.free_bytes(gpu::BufferUse::kDevice) / mine.ranks,
                          .beside_bytes = samples.memory_bytes(device.caps()),
                          .longest_record = options.longest_record,
                          .most_pictures = options.most_pictures,
                          .ranks = ranks.size()});
    };
    const TrainingPlan plan = chosen();
    const uint64_t micro = ranks.least(plan.micro);
    if (micro == plan.micro) return plan;
    recipe.batch.micro = micro;
    return chosen();
  });
}

Result<Rehearsal> rehearse_training(const TrainerOptions& options, std::stop_token stop) {
  return public_result([&] {
    const LoadedModel model = load_base_model(options.model, options.recipe).value();
    check_fit(options.recipe, model);
    TrainerOptions rehearsal = options;
    rehearsal.output.clear();
    rehearsal.resume = false;
    OneRank alone;
    Ranks& ranks = options.ranks ? *options.ranks : alone;
    const TrainingSink nobody;
    return TrainingRun(rehearsal, model, ranks, nobody, stop).rehearse();
  });
}

}  // namespace lapilli::training
