// SPDX-License-Identifier: Apache-2.0
#include "training/trainer.h"

#include "engine/gpu/pipelines.h"
#include "engine/runtime/load_model.h"
#include "engine/runtime/picture.h"
#include "training/loss_scale.h"
#include "training/prepared_updates.h"
#include "training/schedule.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <new>
#include <optional>

namespace lapilli::training {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void require(bool condition, const std::string& sentence) {
  if (!condition) throw Error(ErrorCode::kInvalidArgument, sentence);
}

/// Recipe and model against each other, before anything large is read.
void check_fit(const Recipe& recipe, const LoadedModel& model) {
  if (const auto problems = check_recipe(recipe); !problems.empty()) throw recipe_error(problems);
  require(model.tokenizer.has_value(),
          "the model has no tokenizer, so that no text can be learned; give one");
  require(model.config.vision || !(recipe.train.tower || recipe.train.projector),
          "the recipe trains the vision tower or the projector, the model is a language model without them");
  const std::string& types = model.facts.weight_types;
  require(recipe.base_type == "as_is" || types.find(recipe.base_type.substr(0, 4)) != std::string::npos,
          text("the recipe wants the frozen weights as ", recipe.base_type, ", the model is stored as ",
               types, "; make such a model with: lapilli quantize --type ", recipe.base_type));
}

/// Everything of one run, in the order it is made.
class Run {
 public:
  Run(const TrainerOptions& options, LoadedModel model, const TrainingSink& sink, std::stop_token stop)
      : options_(options), recipe_(options.recipe), sink_(sink), stop_(stop), model_(std::move(model)) {}

  TrainerReport run();

 private:
  void open();
  void open_data();
  void go_on();
  [[nodiscard]] PictureLoaderOptions picture_options() const;
  void take_pictures(std::span<const Sample> samples);
  [[nodiscard]] bool update(uint64_t total, uint64_t updates_per_epoch);
  [[nodiscard]] std::map<std::string, ops::AdamwSettings> settings(double factor,
                                                                   double gradient_factor) const;
  void micro_steps(const PreparedUpdate& update);
  void explain_not_finite(double loss) const;
  void validate();
  void save();
  [[nodiscard]] bool checkpoint_is_due() const;
  void report(TrainingEvent event) const {
    if (sink_) sink_(event);
  }

  const TrainerOptions& options_;
  Recipe recipe_;
  const TrainingSink& sink_;
  std::stop_token stop_;
  std::optional<gpu::Instance> instance_;
  std::optional<gpu::Device> device_;
  std::optional<gpu::PipelineCache> pipelines_;
  LoadedModel model_;
  std::optional<Checkpoint> found_;  // that the run goes on from
  std::optional<Session> session_;
  std::optional<Dataset> dataset_;
  DataSplit split_;
  std::vector<int32_t> lengths_;
  std::unique_ptr<PictureLoader> loader_;
  std::optional<PreparedUpdates> updates_;
  std::optional<LossScale> loss_scale_;
  Progression progression_;
  double loss_ = 0;
  Clock::time_point last_save_ = Clock::now();
  std::optional<uint64_t> saved_at_;
  double start_seconds_ = 0;
  uint64_t first_update_ = 0;
  Clock::time_point start_ = Clock::now();
};

void Run::open() {
  instance_.emplace(gpu::Instance::create().value());
  device_.emplace(gpu::Device::create(*instance_, instance_->find(options_.device).value()).value());
  pipelines_.emplace(*device_, options_.cache_folder);
  const DType activation = activation_of(recipe_.precision);
  for (const std::string& sentence : model_.facts.notes) report(Note{"model", sentence});
  check_fit(recipe_, model_);
  if (options_.resume && !options_.output.empty()) found_ = newest_checkpoint(options_.output).value();
  // The order of the records depends on it: a run that goes on keeps what was chosen at its start.
  if (found_ && recipe_.batch.micro == 0) recipe_.batch.micro = found_->recipe.batch.micro;
  const TrainingPlan plan =
      choose_plan(model_, recipe_, device_->caps(), device_->free_bytes(gpu::BufferUse::kDevice));
  recipe_.batch.micro = plan.micro;
  report(Note{"plan", text("What the run takes of ", device_->caps().name, ":\n", to_string(plan))});
  const EventSink events = [&](const Event& event) {
    if (const auto* progress = std::get_if<Progress>(&event)) report(*progress);
    if (const auto* note = std::get_if<Note>(&event)) report(*note);
  };
  session_.emplace(*device_, *pipelines_, model_, parameters_of(model_.config, recipe_, activation),
                   SessionOptions{.activation = activation,
                                  .recompute = plan.recompute,
                                  .with_tower = recipe_.train.tower,
                                  .lora_scale = recipe_.lora.alpha / static_cast<double>(recipe_.lora.rank),
                                  .lora_dropout = recipe_.lora.dropout,
                                  .seed = recipe_.seed},
                   events, stop_);
}

void Run::open_data() {
  dataset_.emplace(Dataset::open(options_.data, {.images = options_.images}).value());
  if (!dataset_->problems().empty()) {
    const Dataset::FileProblem& problem = dataset_->problems().front();
    throw Error(ErrorCode::kBadFile, problem.message, text(problem.file, ':', problem.line));
  }
  report(Progress{"reading the data", 0, dataset_->size(), "records"});
  const std::vector<int32_t> all = modality_lengths(*dataset_, stop_).value();
  split_ = split_data(dataset_->size(), recipe_.validation_share, recipe_.seed);
  for (const uint32_t record : split_.training) lengths_.push_back(all[record]);
}

/// Orientation is left alone, as where LLaVA was trained: the default.
PictureLoaderOptions Run::picture_options() const {
  PictureLoaderOptions options{.threads = std::max<size_t>(1, std::thread::hardware_concurrency() / 2),
                               .ahead = std::max<size_t>(8, 2 * recipe_.batch.micro)};
  if (model_.config.vision)
    options.preprocess = preprocess_options(model_.config, {.aspect = recipe_.aspect});
  return options;
}

void Run::go_on() {
  if (found_) {
    restore(*found_, *session_).value();
    progression_ = found_->progression;
    saved_at_ = progression_.updates;
    report(Note{"resumed", text("The run goes on from ", found_->folder.string(), ", after ",
                                progression_.updates, " updates.")});
    if (to_json(found_->recipe) != to_json(recipe_)) {
      report(Note{"recipe_changed",
                  "The recipe is not the one this run began with; from here on the new one holds."});
    }
  }
  loss_scale_.emplace(recipe_, progression_);
  loader_ = std::make_unique<PictureLoader>(picture_options(), stop_);
  updates_.emplace(
      *dataset_, *model_.tokenizer, split_.training,
      Sampler(lengths_,
              {.shuffle = recipe_.shuffle,
               .group_by_modality = recipe_.group_by_modality,
               .seed = recipe_.seed,
               .shape = {.batch = recipe_.batch.micro, .world = recipe_.batch.size / recipe_.batch.micro}},
              progression_.data),
      sample_options(recipe_, model_.config), *loader_);
}

void Run::take_pictures(std::span<const Sample> samples) {
  uint32_t slot = 0;
  for (const Sample& sample : samples) {
    for (size_t place = 0; place < sample.pictures.size(); ++place)
      session_->set_picture(slot++, loader_->next().value(), stop_);
  }
}

void Run::micro_steps(const PreparedUpdate& update) {
  const std::span<const Sample> all = update.samples;
  const auto share = static_cast<float>(1.0 / static_cast<double>(update.labels));
  const uint32_t image_rows = sample_options(recipe_, model_.config).image_rows;
  const size_t micro = recipe_.batch.micro;
  for (size_t first = 0; first < all.size(); first += micro) {
    const auto samples = all.subspan(first, std::min(micro, all.size() - first));
    const MicroStepShape shape = shape_of(samples);
    session_->reserve(shape);
    take_pictures(samples);
    MicroBatch batch = make_micro_batch(samples, shape, image_rows);
    // Another mask for every micro-step, the same one when a run goes on.
    batch.seed = static_cast<int32_t>(recipe_.seed * 1000003 + progression_.updates * 8191 + first);
    session_->accumulate(batch, share, static_cast<float>(loss_scale_->value()), stop_);
  }
}

std::map<std::string, ops::AdamwSettings> Run::settings(double factor, double gradient_factor) const {
  const Recipe::Optimizer& optimizer = recipe_.optimizer;
  const auto t = static_cast<double>(progression_.updates + 1);
  std::map<std::string, ops::AdamwSettings> groups;
  for (const Parameter& parameter : session_->parameters()) {
    double rate = recipe_.learning_rate;
    if (parameter.group.starts_with("projector")) rate = recipe_.projector_learning_rate.value_or(rate);
    if (parameter.group.starts_with("tower")) rate = recipe_.tower_learning_rate.value_or(rate);
    const bool decays = parameter.group.ends_with("_decay");
    groups[parameter.group] = {.learning_rate = static_cast<float>(rate * factor),
                               .complement1 = static_cast<float>(1 - optimizer.beta1),
                               .complement2 = static_cast<float>(1 - optimizer.beta2),
                               .epsilon = static_cast<float>(optimizer.epsilon),
                               .weight_decay = static_cast<float>(decays ? optimizer.weight_decay : 0),
                               .correction1 = static_cast<float>(1 - std::pow(optimizer.beta1, t)),
                               .correction2 = static_cast<float>(1 - std::pow(optimizer.beta2, t)),
                               .gradient_factor = static_cast<float>(gradient_factor)};
  }
  return groups;
}

void Run::explain_not_finite(double loss) const {
  throw Error(
      ErrorCode::kInternal,
      text("the ", std::isfinite(loss) ? "gradients" : "loss", " of update ", progression_.updates + 1,
           " stopped being numbers, so that training can't go on; a smaller learning rate (now ",
           recipe_.learning_rate, "), a longer warm-up or \"clip_norm\": 1 usually helps, and ",
           saved_at_ ? text("the checkpoint after ", *saved_at_, " updates is kept")
                     : std::string("there is no checkpoint yet")));
}

/// One update of the parameters; false when asked to stop.
bool Run::update(uint64_t total, uint64_t updates_per_epoch) {
  const Clock::time_point start = Clock::now();
  const PreparedUpdate prepared = updates_->next();
  micro_steps(prepared);
  const double loss = session_->take_loss();
  const double scale = loss_scale_->value();
  const double norm = session_->gradient_norm(stop_) / scale;
  StepDone done{.total = total, .loss = loss, .gradient_norm = norm};
  const double factor = rate_factor(recipe_, progression_.updates, total);
  done.learning_rate = recipe_.learning_rate * factor;
  if (!std::isfinite(norm) || !std::isfinite(loss)) {
    if (!std::isfinite(loss) || !loss_scale_->reduce()) explain_not_finite(loss);
    session_->clear_gradients();
    done.skipped = true;
  } else {
    const double clip = recipe_.optimizer.clip_norm;
    const double clipping = clip > 0 && norm > clip ? clip / norm : 1.0;
    // From here on the update is made whole, whatever is asked meanwhile.
    session_->update(settings(factor, clipping / scale));
    loss_scale_->succeeded();
  }
  loss_ = loss;
  ++progression_.updates;
  progression_.data = prepared.after;
  progression_.loss_scale = loss_scale_->value();
  progression_.clean_updates = loss_scale_->clean_updates();
  progression_.seconds = start_seconds_ + seconds_since(start_);

  const double seconds = seconds_since(start);
  uint64_t pictures = 0;
  for (const Sample& sample : prepared.samples) pictures += sample.pictures.size();
  const double each = seconds_since(start_) / static_cast<double>(progression_.updates - first_update_);
  done.step = progression_.updates;
  done.epoch = static_cast<double>(progression_.updates) / static_cast<double>(updates_per_epoch);
  done.tokens_per_second = static_cast<double>(prepared.positions) / seconds;
  done.pictures_per_second = static_cast<double>(pictures) / seconds;
  done.seconds_left = each * static_cast<double>(total - progression_.updates);
  report(done);
  return !stop_.stop_requested();
}

void Run::validate() {
  if (split_.validation.empty()) return;
  std::vector<Sample> samples;
  PictureLoader pictures(picture_options(), stop_);
  uint64_t labels = 0;
  for (const uint32_t index : split_.validation) {
    const Record record = dataset_->record(index).value();
    samples.push_back(make_sample(record, *model_.tokenizer, sample_options(recipe_, model_.config)).value());
    labels += count_labels(samples.back());
    for (const PicturePlace& place : samples.back().pictures)
      pictures.request(record.images.at(place.picture));
  }
  if (labels == 0) return;
  for (const Sample& sample : samples) {
    const MicroStepShape shape = shape_of({&sample, 1});
    session_->reserve(shape);
    for (uint32_t slot = 0; slot < sample.pictures.size(); ++slot)
      session_->set_picture(slot, pictures.next().value(), stop_);
    session_->measure(
        make_micro_batch({&sample, 1}, shape, sample_options(recipe_, model_.config).image_rows),
        static_cast<float>(1.0 / static_cast<double>(labels)), stop_);
  }
  report(ValidationDone{progression_.updates, session_->take_loss(), samples.size()});
}

bool Run::checkpoint_is_due() const {
  const Recipe::Every& every = recipe_.every;
  const bool by_steps = every.checkpoint_steps != 0 && progression_.updates % every.checkpoint_steps == 0;
  const bool by_time =
      every.checkpoint_minutes > 0 && seconds_since(last_save_) >= 60 * every.checkpoint_minutes;
  return by_steps || by_time;
}

void Run::save() {
  if (options_.output.empty() || saved_at_ == progression_.updates) return;
  const auto folder = save_checkpoint(options_.output, *session_, progression_, recipe_).value();
  saved_at_ = progression_.updates;
  last_save_ = Clock::now();
  report(CheckpointSaved{progression_.updates, folder});
}

TrainerReport Run::run() {
  open();
  open_data();
  go_on();
  const uint64_t per_epoch = updates_->updates_per_epoch();
  const uint64_t total = total_updates(recipe_, per_epoch);
  start_ = Clock::now();
  start_seconds_ = progression_.seconds;
  first_update_ = progression_.updates;
  bool stopped = false;
  try {
    while (progression_.updates < total && !stopped) {
      stopped = !update(total, per_epoch);
      const uint64_t every = recipe_.every.validation_steps;
      if (!stopped && every != 0 && progression_.updates % every == 0) validate();
      if (checkpoint_is_due()) save();
    }
    if (!stopped) validate();
  } catch (const Error& error) {
    // A micro-step that was broken off left nothing behind: parameters change in update() alone.
    if (error.code() != ErrorCode::kStopped) throw;
    stopped = true;
  }
  save();
  return {.steps = progression_.updates, .loss = loss_, .stopped = stopped};
}

}  // namespace

Result<TrainerReport> train(const TrainerOptions& options, const TrainingSink& sink, std::stop_token stop) {
  auto model = load_model(options.model, activation_of(options.recipe.precision));
  if (!model) return model.error();
  return train(options, std::move(*model), sink, stop);
}

Result<TrainingPlan> plan_training(const TrainerOptions& options) {
  return try_result([&] {
    const LoadedModel model = load_model(options.model, activation_of(options.recipe.precision)).value();
    check_fit(options.recipe, model);
    const gpu::Instance instance = gpu::Instance::create().value();
    const gpu::Device device = gpu::Device::create(instance, instance.find(options.device).value()).value();
    return choose_plan(model, options.recipe, device.caps(), device.free_bytes(gpu::BufferUse::kDevice));
  });
}

Result<TrainerReport> train(const TrainerOptions& options, LoadedModel model, const TrainingSink& sink,
                            std::stop_token stop) {
  try {
    return try_result([&] { return Run(options, std::move(model), sink, stop).run(); });
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kOutOfMemory, "the machine has no memory left for the program itself");
  } catch (const std::exception& error) {
    return Error(ErrorCode::kInternal, error.what());
  }
}

}  // namespace lapilli::training
