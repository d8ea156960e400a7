// SPDX-License-Identifier: Apache-2.0
#include "training/training_run.h"

#include "training/check_fit.h"
#include "training/optimizer_settings.h"
#include "training/schedule.h"

#include <algorithm>
#include <cmath>

namespace lapilli::training {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct RankDevice {
  gpu::DeviceInfo info;
  uint32_t ranks = 1;  ///< that take it
};

/// The device a rank takes: the one that was asked for, or, of the kind that is taken by default, the next
/// one for each rank of the machine.
RankDevice device_of(const gpu::Instance& instance, const std::string& selector, const Ranks& ranks) {
  gpu::DeviceInfo chosen = instance.find(selector).value();
  if (!selector.empty() || ranks.alone()) return {std::move(chosen), ranks.local_size()};
  std::vector<gpu::DeviceInfo> alike = instance.devices();
  std::erase_if(alike, [&](const gpu::DeviceInfo& info) {
    return !info.meets_floor() || info.caps.type != chosen.caps.type;
  });
  const auto devices = static_cast<uint32_t>(alike.size());
  const uint32_t index = ranks.local_rank() % devices;
  return {alike.at(index), (ranks.local_size() - index + devices - 1) / devices};
}

}  // namespace

TrainingRun::TrainingRun(const TrainerOptions& options, const LoadedModel& model, Ranks& ranks,
                         const TrainingSink& sink, std::stop_token stop, uint64_t memory_bytes)
    : options_(options),
      model_(model),
      ranks_(ranks),
      sink_(sink),
      asked_to_stop_(stop),
      stop_(ranks.alone() ? stop : std::stop_token()),
      memory_bytes_(memory_bytes),
      recipe_(options.recipe) {}

/// The order of the records depends on the micro-batch: a run that goes on keeps what was chosen at its
/// start, unless there is no memory for that any more.
TrainingPlan TrainingRun::choose(uint64_t memory_bytes) {
  PlanLimits limits{.memory_bytes = memory_bytes,
                    .beside_bytes = samples_->memory_bytes(device_->caps()),
                    .longest_record = options_.longest_record,
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
                          .ranks = ranks_.size()};
  return choose_plan(model_, recipe, device_->caps(), limits);
}

void TrainingRun::open() {
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
  if (to_json(found_->recipe) != to_json(recipe_)) {
    report(Note{"recipe_changed",
                "The recipe is not the one this run began with; from here on the new one holds."});
  }
}

void TrainingRun::go_on() {
  origin_.frozen_weights = frozen_weights_hash(model_, session_->parameters());
  if (found_) {
    restore(*found_, *session_).value();
    progression_ = found_->progression;
    saved_at_ = progression_.updates;
    report(Note{"resumed", text("The run goes on from ", found_->folder.string(), ", after ",
                                progression_.updates, " updates.")});
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
  per_epoch_ = updates_->updates_per_epoch();
  total_ = total_updates(recipe_, per_epoch_);
  start_ = Clock::now();
  start_seconds_ = progression_.seconds;
  first_update_ = progression_.updates;
}

void TrainingRun::micro_steps(const PreparedUpdate& update) {
  const std::span<const Sample> all = update.samples;
  const auto share = static_cast<float>(1.0 / static_cast<double>(update.labels));
  const uint32_t image_rows = sample_options(recipe_, model_.config).image_rows;
  const size_t micro = recipe_.batch.micro;
  const RankShare mine{.micro = micro, .rank = ranks_.rank(), .ranks = ranks_.size()};
  for (size_t first = 0; first < all.size(); first += micro) {
    if (!mine.takes(first)) continue;
    const auto samples = all.subspan(first, std::min(micro, all.size() - first));
    const MicroStepShape shape = shape_of(samples);
    session_->reserve(shape);
    uint32_t slot = 0;
    for (const Sample& sample : samples) {
      for (size_t place = 0; place < sample.pictures.size(); ++place)
        pictures_->put_next(*session_, slot++, stop_);
    }
    MicroBatch batch = make_micro_batch(samples, shape, image_rows);
    // Another mask for every micro-step, the same one when a run goes on.
    batch.seed = static_cast<int32_t>(recipe_.seed * 1000003 + progression_.updates * 8191 + first);
    session_->accumulate(batch, share, static_cast<float>(loss_scale_->value()), stop_);
  }
}

std::string TrainingRun::kept_sentence() const {
  return saved_at_ ? text("the checkpoint after ", *saved_at_, " updates is kept")
                   : std::string("there is no checkpoint yet");
}

void TrainingRun::explain_not_finite(double loss) const {
  throw Error(
      ErrorCode::kInternal,
      text("the ", std::isfinite(loss) ? "gradients" : "loss", " of update ", progression_.updates + 1,
           " stopped being numbers, so that training can't go on; a smaller learning rate (now ",
           recipe_.learning_rate, "), a longer warm-up or \"clip_norm\": 1 usually helps, and ",
           kept_sentence()));
}

void TrainingRun::stop_where_diverged() const {
  if (!watch_->diverged()) return;
  throw Error(
      ErrorCode::kInternal,
      text("the loss diverged: it was ", loss_, " at update ", progression_.updates, " and above ",
           watch_->bound(), " for ", watch_->above(), " updates, after a mean of ", watch_->mean(),
           "; a smaller learning rate (now ", recipe_.learning_rate,
           "), a longer warm-up or \"clip_norm\": 1 usually helps, \"divergence\": {\"updates\": 0} lets it "
           "go on, and ",
           kept_sentence()));
}

/// The optimiser's step, or none where the numbers are not finite.
void TrainingRun::apply(StepDone& done, double scale) {
  const double factor = rate_factor(recipe_, progression_.updates, total_);
  if (!std::isfinite(done.gradient_norm) || !std::isfinite(done.loss)) {
    if (!std::isfinite(done.loss) || !loss_scale_->reduce()) explain_not_finite(done.loss);
    session_->clear_gradients();
    done.skipped = true;
    return;
  }
  const double clip = recipe_.optimizer.clip_norm;
  const double clipping = clip > 0 && done.gradient_norm > clip ? clip / done.gradient_norm : 1.0;
  // From here on the update is made whole, whatever is asked meanwhile.
  session_->update(
      optimizer_settings(recipe_, session_->parameters(), progression_.applied, factor, clipping / scale));
  ++progression_.applied;
  loss_scale_->succeeded();
}

void TrainingRun::note_speed(StepDone& done, const PreparedUpdate& prepared, double seconds) const {
  uint64_t pictures = 0;
  for (const Sample& sample : prepared.samples) pictures += sample.pictures.size();
  const double each = seconds_since(start_) / static_cast<double>(progression_.updates - first_update_);
  done.epoch = static_cast<double>(progression_.updates) / static_cast<double>(per_epoch_);
  done.seconds_left = each * static_cast<double>(total_ - std::min(total_, progression_.updates));
  if (prepared.labels == 0) return;  // nothing was computed
  done.tokens_per_second = static_cast<double>(prepared.positions) / seconds;
  done.pictures_per_second = static_cast<double>(pictures) / seconds;
}

/// The update itself, which is left out where its records have nothing to learn.
StepDone TrainingRun::learn(const PreparedUpdate& prepared) {
  if (prepared.labels == 0) return {.total = total_, .loss = std::nan(""), .skipped = true};
  micro_steps(prepared);
  sum_gradients(*session_, ranks_);
  const double scale = loss_scale_->value();
  // What decides about the update is rank 0's: unlike devices may round the norm differently.
  double norm = session_->gradient_norm(stop_) / scale;
  ranks_.share_value(norm);
  StepDone done{.total = total_, .loss = ranks_.sum(session_->take_loss()), .gradient_norm = norm};
  apply(done, scale);
  loss_ = done.loss;
  watch_->saw(done.loss);
  return done;
}

/// One update of the parameters; false when asked to stop.
bool TrainingRun::update() {
  const Clock::time_point start = Clock::now();
  const PreparedUpdate prepared = updates_->next();
  StepDone done = learn(prepared);
  done.learning_rate = recipe_.learning_rate * rate_factor(recipe_, progression_.updates, total_);
  ++progression_.updates;
  progression_.data = prepared.after;
  progression_.loss_scale = loss_scale_->value();
  progression_.clean_updates = loss_scale_->clean_updates();
  progression_.loss_mean = watch_->mean();
  progression_.losses_seen = watch_->seen();
  progression_.seconds = start_seconds_ + seconds_since(start_);
  done.step = progression_.updates;
  note_speed(done, prepared, seconds_since(start));
  report(done);
  stop_where_diverged();
  return !ranks_.any(asked_to_stop_.stop_requested());
}

void TrainingRun::validate() {
  if (split_.validation.empty()) return;
  const SampleOptions options = sample_options(recipe_, model_.config);
  const RankShare mine{.micro = 1, .rank = ranks_.rank(), .ranks = ranks_.size()};
  std::vector<Sample> samples;
  PictureFeed pictures(
      model_.config, recipe_, cache_.get(), [this](const Note& note) { report(note); }, stop_);
  uint64_t labels = 0;
  for (const uint32_t index : split_.validation) {
    const Record record = dataset_->record(index).value();
    samples.push_back(make_sample(record, *model_.tokenizer, options).value());
    labels += count_labels(samples.back());
    if (!mine.takes(samples.size() - 1)) continue;
    for (const PicturePlace& place : samples.back().pictures)
      pictures.request(record.images.at(place.picture));
  }
  if (labels == 0) return;
  for (size_t index = 0; index < samples.size(); ++index) {
    if (!mine.takes(index)) continue;
    const Sample& sample = samples[index];
    const MicroStepShape shape = shape_of({&sample, 1});
    session_->reserve(shape);
    for (uint32_t slot = 0; slot < sample.pictures.size(); ++slot) pictures.put_next(*session_, slot, stop_);
    session_->measure(make_micro_batch({&sample, 1}, shape, options.image_rows),
                      static_cast<float>(1.0 / static_cast<double>(labels)), stop_);
  }
  report(ValidationDone{progression_.updates, ranks_.sum(session_->take_loss()), samples.size()});
}

void TrainingRun::answer_samples() {
  if (!first()) return;
  uint64_t question = 0;
  samples_->answer(
      *device_, *pipelines_, *session_,
      [&](const SampleQuestion& asked, const std::string& answer) {
        report(SampleAnswered{progression_.updates, question++, asked.image, asked.prompt, answer});
      },
      stop_);
}

/// Not while the loss is suspicious: what was learned then must not take the place of what is good.
bool TrainingRun::checkpoint_is_due() {
  const Recipe::Every& every = recipe_.every;
  const bool by_steps = every.checkpoint_steps != 0 && progression_.updates % every.checkpoint_steps == 0;
  const bool by_time =
      every.checkpoint_minutes > 0 && seconds_since(last_save_) >= 60 * every.checkpoint_minutes;
  checkpoint_pending_ = checkpoint_pending_ || by_steps || by_time;
  return ranks_.any(first() && checkpoint_pending_ && !watch_->suspicious());
}

void TrainingRun::save() {
  if (options_.output.empty() || saved_at_ == progression_.updates) return;
  // Unlike devices round differently: all go on from what is saved.
  share_parameters(*session_, ranks_);
  if (first()) {
    const auto folder = save_checkpoint(options_.output, *session_, progression_, recipe_);
    if (!folder) {
      throw Error(folder.error().code(),
                  text(folder.error().message(), "; the run stops here, and ", kept_sentence()),
                  folder.error().place());
    }
    report(CheckpointSaved{progression_.updates, *folder});
  }
  saved_at_ = progression_.updates;
  checkpoint_pending_ = false;
  last_save_ = Clock::now();
}

/// Where memory, a picture or the log's disk fails, what was learned is still there; not where the numbers or
/// the device failed.
void TrainingRun::save_what_is_done(ErrorCode failure) {
  if (failure == ErrorCode::kInternal || failure == ErrorCode::kDeviceLost) return;
  if (!ranks_.alone() || !updates_ || progression_.updates == first_update_) return;
  save();
}

TrainerReport TrainingRun::run() {
  begin();
  bool stopped = false, measured = false, asked = false;
  try {
    while (progression_.updates < total_ && !stopped) {
      stopped = !update();
      const auto due = [&](uint64_t every) {
        return !stopped && every != 0 && progression_.updates % every == 0;
      };
      measured = due(recipe_.every.validation_steps);
      asked = due(recipe_.samples.every);
      if (measured) validate();
      if (asked) answer_samples();
      if (checkpoint_is_due()) save();
    }
    if (!stopped && !measured) validate();
    if (!stopped && !asked) answer_samples();
  } catch (const Error& error) {
    // A micro-step that was broken off left nothing behind: parameters change in update() alone.
    stopped = error.code() == ErrorCode::kStopped;
    if (!stopped) {
      save_what_is_done(error.code());
      throw;
    }
  }
  save();
  return {.steps = progression_.updates, .loss = loss_, .stopped = stopped};
}

Rehearsal TrainingRun::rehearse() {
  begin();
  constexpr uint64_t kMeasured = 2;
  Rehearsal rehearsal;
  // The first update compiles and records; one of another extent does so again, which a run does seldom.
  for (uint64_t index = 0; index <= kMeasured; ++index) {
    const Clock::time_point start = Clock::now();
    if (!update()) throw Error(ErrorCode::kStopped, "stopped while rehearsing");
    if (index == 0) continue;
    rehearsal.seconds_per_update += seconds_since(start) / kMeasured;
  }
  session_->prepare(plan_->shape);
  const gpu::MemoryHeap heap = device_->memory_use()[device_->heap_of(gpu::BufferUse::kDevice)];
  rehearsal.plan = *plan_;
  rehearsal.updates = total_;
  rehearsal.used_bytes = heap.allocated_bytes;
  return rehearsal;
}

}  // namespace lapilli::training
