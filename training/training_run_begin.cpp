// SPDX-License-Identifier: Apache-2.0
// What a run opens before its first update.
#include "engine/base/units.h"
#include "training/check_fit.h"
#include "training/rank_device.h"
#include "training/schedule.h"
#include "training/training_run.h"

#include <algorithm>

namespace lapilli::training {

/// The order of the records depends on the micro-batch: a run that goes on keeps what was chosen at its
/// start, unless there is no memory for that any more.
TrainingPlan TrainingRun::choose(uint64_t memory_bytes) {
  PlanLimits limits{.memory_bytes = memory_bytes,
                    .beside_bytes = samples_->memory_bytes(device_->caps()),
                    .longest_record = options_.longest_record,
                    .most_pictures = options_.most_pictures,
                    .ranks = ranks_.size()};
  const auto planned = [&] { return choose_plan(model_, recipe_, device_->caps(), limits); };
  if (recipe_.batch.micro != 0 || !found_) return planned();
  recipe_.batch.micro = found_->recipe.batch.micro;
  try {
    return planned();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kOutOfMemory) throw;
  }
  recipe_.batch.micro = 0;
  TrainingPlan plan = planned();
  report(Note{"micro_batch_changed",
              text("There is no memory for ", found_->recipe.batch.micro, " records at once as before; with ",
                   plan.micro, " the records' order differs from here on.")});
  return plan;
}

TrainingPlan TrainingRun::smaller_plan() const {
  Recipe recipe = options_.recipe;
  const PlanLimits limits{.memory_bytes = plan_->total_bytes() - 1,
                          .beside_bytes = plan_->sample_bytes,
                          .longest_record = options_.longest_record,
                          .most_pictures = options_.most_pictures,
                          .ranks = ranks_.size()};
  return choose_plan(model_, recipe, device_->caps(), limits);
}

void TrainingRun::open() {
  divide_cores(ranks_);
  instance_.emplace(gpu::Instance::create().value());
  const RankDevice mine = device_of(*instance_, options_.device, ranks_);
  device_.emplace(gpu::Device::create(*instance_, mine.info, options_.device_options).value());
  pipelines_.emplace(*device_, options_.cache_folder);
  for (const std::string& sentence : model_.facts.notes) report(Note{"model", sentence});
  samples_.emplace(recipe_, model_, SampleAnswers::picture_folder(options_.images, options_.data));
  if (first() && options_.resume && !options_.output.empty()) {
    remove_unfinished(options_.output);
    found_ = newest_checkpoint(options_.output).value();
  }
  const uint64_t free_bytes = device_->free_bytes(gpu::BufferUse::kDevice) / mine.ranks;
  if (mine.ranks > 1)
    report(Note{"shared_device", text(mine.ranks, " ranks share ", device_->caps().name,
                                      "; each plans with its part of the free memory.")});
  plan_ = choose(std::min(free_bytes, memory_bytes_));
  if (const uint64_t micro = ranks_.least(plan_->micro); micro != plan_->micro) {
    recipe_.batch.micro = micro;
    plan_ = choose(std::min(free_bytes, memory_bytes_));
  }
  recipe_.batch.micro = plan_->micro;
  report(Note{"plan", text("What the run takes of ", device_->caps().name, ":\n", to_string(*plan_))});
  const EventSink events = [&](const Event& event) {
    if (const auto* progress = std::get_if<Progress>(&event)) report(*progress);
    if (const auto* note = std::get_if<Note>(&event)) report(*note);
  };
  const DType activation = activation_of(recipe_.precision);
  session_.emplace(*device_, *pipelines_, model_, parameters_of(model_.config, recipe_, activation),
                   SessionOptions{.activation = activation,
                                  .recompute = plan_->recompute,
                                  .with_tower = recipe_.train.tower,
                                  .lora_scale = recipe_.lora.alpha / static_cast<double>(recipe_.lora.rank),
                                  .lora_dropout = recipe_.lora.dropout,
                                  .seed = recipe_.seed},
                   events, asked_to_stop_);
}

void TrainingRun::open_data() {
  dataset_.emplace(Dataset::open(options_.data, {.images = options_.images}).value());
  if (!dataset_->problems().empty()) {
    const Dataset::FileProblem& problem = dataset_->problems().front();
    throw Error(ErrorCode::kBadFile, problem.message, text(problem.file, ':', problem.line));
  }
  report(Progress{"reading the data", 0, dataset_->size(), "records"});
  const std::vector<int32_t> all = modality_lengths(*dataset_, asked_to_stop_).value();
  const auto text_only = std::ranges::count_if(all, [](int32_t length) { return length < 0; });
  check_fit(recipe_, model_.config, all.size(), static_cast<uint64_t>(text_only));
  origin_.data = data_hash(all);
  split_ = split_data(dataset_->size(), recipe_.validation_share, recipe_.seed);
  for (const uint32_t record : split_.training) lengths_.push_back(all[record]);
}

void TrainingRun::open_cache() {
  if (recipe_.cache_features == 0 || options_.output.empty() || !model_.config.vision) return;
  const std::string name = first() ? "features.cache" : text("features-", ranks_.rank(), ".cache");
  cache_ = FeatureCache::open({.path = options_.output / name,
                               .tower = tower_hash(model_, recipe_),
                               .feature_bytes = session_->feature_bytes(),
                               .limit_bytes = recipe_.cache_features << 20})
               .value();
  report(Note{"feature_cache", text("The tower's features of ", cache_->size(), " pictures are known.")});
}

/// A run is not the same on other frozen weights; other records and another recipe it can go on with.
void TrainingRun::compare_with_found() const {
  const RunOrigin& then = found_->progression.origin;
  if (!is_same(then.frozen_weights, origin_.frozen_weights)) {
    throw Error(ErrorCode::kInvalidArgument,
                "the run began with another model, whose weights are in what it learned; name that model, or "
                "another folder for this run",
                found_->folder.string());
  }
  if (!is_same(then.data, origin_.data)) {
    report(Note{"data_changed",
                "The data are not those this run began with; from here on the new ones are learned, in an "
                "order of their own."});
  }
  if (const std::string changes = changed_values(found_->recipe, recipe_); !changes.empty()) {
    report(
        Note{"recipe_changed", text("The recipe is not the one this run began with; from here on the new one "
                                    "holds: ",
                                    changes, ".")});
  }
}

void TrainingRun::go_on() {
  origin_.frozen_weights = frozen_weights_hash(model_, session_->parameters());
  if (found_) {
    restore(*found_, *session_).value();
    progression_ = found_->progression;
    saved_at_ = progression_.updates;
    saved_applied_ = progression_.applied;
    report(Note{"resumed", text("The run goes on from ", found_->folder.string(), ", after ",
                                counted(progression_.updates, "update"), ".")});
    compare_with_found();
  }
  progression_.origin = origin_;
  ranks_.share_value(progression_);
  bool saved = saved_at_.has_value();
  ranks_.share_value(saved);
  if (saved) saved_at_ = progression_.updates;
  share_parameters(*session_, ranks_);
  loss_scale_.emplace(recipe_, progression_);
  watch_.emplace(recipe_.divergence, progression_);
  pictures_.emplace(
      model_.config, recipe_, cache_.get(), [this](const Note& note) { report(note); }, stop_);
  updates_.emplace(
      *dataset_, *model_.tokenizer, split_.training,
      Sampler(lengths_,
              {.shuffle = recipe_.shuffle,
               .group_by_modality = recipe_.group_by_modality,
               .seed = recipe_.seed,
               .shape = {.batch = recipe_.batch.micro, .world = recipe_.batch.size / recipe_.batch.micro}},
              progression_.data),
      sample_options(recipe_, model_.config),
      RankShare{.micro = recipe_.batch.micro, .rank = ranks_.rank(), .ranks = ranks_.size()}, *pictures_);
}

void TrainingRun::begin() {
  open();
  open_data();
  open_cache();
  go_on();
  // What is read after an update is there for a rank whose share of it is empty as well.
  session_->reserve({.sequences = 1, .length = padded_extent(1), .slots = 1, .loss_rows = padded_extent(1)});
  per_epoch_ = updates_->updates_per_epoch();
  total_ = total_updates(recipe_, per_epoch_);
  check_warmup();
  start_ = Clock::now();
  start_seconds_ = progression_.seconds;
  first_update_ = progression_.updates;
}

/// How many updates epochs make is known only now.
void TrainingRun::check_warmup() const {
  if (!recipe_.warmup_steps || *recipe_.warmup_steps <= total_) return;
  throw Error(ErrorCode::kInvalidArgument,
              text("warmup_steps is ", *recipe_.warmup_steps, ", more than the ", counted(total_, "update"),
                   " that these data make where epochs is ", recipe_.epochs,
                   ": the warm-up must end before the run does"));
}

}  // namespace lapilli::training
