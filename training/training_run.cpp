// SPDX-License-Identifier: Apache-2.0
#include "training/training_run.h"

#include "engine/base/units.h"
#include "training/optimizer_settings.h"
#include "training/schedule.h"

#include <algorithm>
#include <cmath>

namespace lapilli::training {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Sets the newest checkpoint aside as broken, and tells which one is kept.
Result<std::string> set_newest_aside(const std::filesystem::path& output) {
  return try_result([&] {
    const std::optional<Checkpoint> broken = newest_checkpoint(output).value();
    if (!broken) return std::string("there is no checkpoint yet");
    const std::string aside = set_broken_aside(*broken).value().string();
    const std::optional<Checkpoint> before = newest_checkpoint(output).value();
    return text("the checkpoint of these weights is now ", aside, ", ",
                before ? text("the one after ", counted(before->progression.updates, "update"), " is kept")
                       : std::string("there is none before it"));
  });
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

void TrainingRun::micro_steps(const PreparedUpdate& update) {
  const auto share = static_cast<float>(1.0 / static_cast<double>(update.labels));
  const uint32_t image_rows = sample_options(recipe_, model_.config).image_rows;
  for (size_t step = 0; step < update.micro_steps.size(); ++step) {
    const std::vector<Sample>& samples = update.micro_steps[step];
    const MicroStepShape shape = shape_of(samples);
    session_->reserve(shape);
    uint32_t slot = 0;
    for (const Sample& sample : samples) {
      for (size_t place = 0; place < sample.pictures.size(); ++place)
        pictures_->put_next(*session_, slot++, stop_);
    }
    MicroBatch batch = make_micro_batch(samples, shape, image_rows);
    // Another mask for every micro-step, the same one when a run goes on.
    batch.seed = static_cast<int32_t>(recipe_.seed * 1000003 + progression_.updates * 8191 +
                                      step * ranks_.size() + ranks_.rank());
    session_->accumulate(batch, share, static_cast<float>(loss_scale_->value()), stop_);
  }
}

std::string TrainingRun::kept_sentence() const {
  if (!first()) return "process 0 tells which checkpoint is kept";
  return saved_at_ ? text("the checkpoint after ", counted(*saved_at_, "update"), " is kept")
                   : std::string("there is no checkpoint yet");
}

/// Which checkpoint is kept where the weights of now give no numbers; one that this run saved with them is
/// set aside. Other ranks go on when that is done: their end is rank 0's.
std::string TrainingRun::kept_where_broken() {
  std::string sentence = kept_sentence();
  if (first() && saved_at_ && saved_applied_ == progression_.applied) {
    const bool found = progression_.updates == first_update_ && found_;
    if (found) {
      sentence += text("; where its weights are what is broken, remove ", found_->folder.string(),
                       ", and the run goes on from the one before");
    } else if (const Result<std::string> moved = set_newest_aside(options_.output)) {
      sentence = *moved;
    } else {
      sentence += text(", though its weights are broken: ", moved.error().what());
    }
  }
  bool done = true;
  ranks_.share_value(done);
  return sentence;
}

/// The optimiser's step, or none where the numbers are not finite.
void TrainingRun::apply(StepDone& done, double factor, double scale) {
  if (!std::isfinite(done.gradient_norm) || !std::isfinite(done.loss)) {
    if (!std::isfinite(done.loss) || !loss_scale_->reduce())
      throw not_finite_error(recipe_, progression_.updates + 1, done.loss, kept_where_broken());
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
  const double each = seconds_since(start_) / static_cast<double>(progression_.updates - first_update_);
  done.epoch = static_cast<double>(progression_.updates) / static_cast<double>(per_epoch_);
  done.seconds_left = each * static_cast<double>(total_ - std::min(total_, progression_.updates));
  if (prepared.labels == 0) return;  // nothing was computed
  done.tokens_per_second = static_cast<double>(prepared.positions) / seconds;
  done.pictures_per_second = static_cast<double>(prepared.pictures) / seconds;
}

/// The update itself, which is left out where its records have nothing to learn.
StepDone TrainingRun::learn(const PreparedUpdate& prepared) {
  const double factor = rate_factor(recipe_, progression_.updates, total_);
  StepDone done{.total = total_, .loss = std::nan(""), .learning_rate = recipe_.learning_rate * factor};
  if (prepared.labels == 0) {
    done.skipped = true;
    return done;
  }
  micro_steps(prepared);
  sum_gradients(*session_, ranks_);
  const double scale = loss_scale_->value();
  // What decides about the update is rank 0's: unlike devices may round the norm differently.
  double norm = session_->gradient_norm(stop_) / scale;
  ranks_.share_value(norm);
  done.loss = ranks_.sum(session_->take_loss());
  done.gradient_norm = norm;
  apply(done, factor, scale);
  loss_ = done.loss;
  watch_->saw(done.loss);
  return done;
}

/// One update of the parameters; false when asked to stop.
bool TrainingRun::update() {
  const Clock::time_point start = Clock::now();
  const PreparedUpdate prepared = updates_->next();
  StepDone done = learn(prepared);
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
  if (watch_->diverged()) throw diverged_error(recipe_, done.step, loss_, *watch_, kept_sentence());
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
  // Where updates were left out, the same weights would take the place of an older checkpoint.
  const bool is_new = saved_applied_ != progression_.applied;
  return ranks_.any(first() && checkpoint_pending_ && is_new && !watch_->suspicious());
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
  saved_applied_ = progression_.applied;
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
  bool stopped = false;
  try {
    while (progression_.updates < total_ && !stopped) {
      stopped = !update();
      if (progression_.updates == total_) break;
      const auto due = [&](uint64_t every) {
        return !stopped && every != 0 && progression_.updates % every == 0;
      };
      if (due(recipe_.every.validation_steps)) validate();
      if (due(recipe_.samples.every)) answer_samples();
      if (checkpoint_is_due()) save();
    }
    if (!stopped && progression_.measured_at != progression_.updates) {
      validate();
      answer_samples();
      progression_.measured_at = progression_.updates;
    }
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
  // The first update compiles; to record what is compiled for another extent takes little.
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
