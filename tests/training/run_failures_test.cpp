// SPDX-License-Identifier: Apache-2.0
// Runs whose loss, disk, memory or device fails.
#include "tests/support/expect_error.h"
#include "tests/training/trainer_fixture.h"
#include "training/divergence.h"
#include "training/optimizer_settings.h"

#include <csignal>
#include <functional>
#include <optional>

#include <sys/resource.h>

namespace lapilli::training {
namespace {

/// All events of a run, and how it ended.
struct Told {
  Result<TrainerReport> report = Error(ErrorCode::kInternal, "not run");
  std::vector<StepDone> steps;
  std::vector<WentBack> went_back;
  std::vector<Note> notes;

  [[nodiscard]] bool noted(const std::string& code) const {
    return std::any_of(notes.begin(), notes.end(), [&](const Note& note) { return note.code == code; });
  }
};

Told told(const TrainerOptions& options, DType activation = DType::f32,
          const std::function<void(const StepDone&)>& on_step = {}) {
  Told result;
  result.report = train(options, small_model({.activation = activation}), [&](const TrainingEvent& event) {
    if (const auto* step = std::get_if<StepDone>(&event)) {
      result.steps.push_back(*step);
      if (on_step) on_step(*step);
    }
    if (const auto* back = std::get_if<WentBack>(&event)) result.went_back.push_back(*back);
    if (const auto* note = std::get_if<Note>(&event)) result.notes.push_back(*note);
  });
  return result;
}

TEST(DivergenceWatch, SeesALossThatStaysAboveItsMean) {
  DivergenceWatch watch({.factor = 2, .updates = 5}, {});
  for (int update = 0; update < 200; ++update) watch.saw(update % 3 == 0 ? 1.5 : 0.75);  // mean 1
  EXPECT_NEAR(watch.mean(), 1.0, 0.05);
  for (int update = 0; update < 4; ++update) watch.saw(4.0);
  EXPECT_TRUE(watch.suspicious());
  EXPECT_FALSE(watch.diverged());
  watch.saw(2.5);  // below 2 · 1 + 1: it begins anew
  EXPECT_FALSE(watch.suspicious());
  for (int update = 0; update < 4; ++update) watch.saw(4.0);
  EXPECT_FALSE(watch.diverged());
  watch.saw(4.0);
  EXPECT_TRUE(watch.diverged());
  EXPECT_NEAR(watch.mean(), 1.0, 0.05) << "what is above does not move it";
}

TEST(DivergenceWatch, LeavesBeginningsAndSmallLossesAlone) {
  DivergenceWatch beginning({.factor = 2, .updates = 2}, {});
  for (int update = 0; update < 19; ++update) beginning.saw(update < 10 ? 0.1 : 9.0);
  EXPECT_FALSE(beginning.diverged());
  Progression long_run;
  long_run.loss_mean = 0.01;
  long_run.losses_seen = 500;
  DivergenceWatch small({.factor = 2, .updates = 2}, long_run);
  for (int update = 0; update < 50; ++update) small.saw(0.9);
  EXPECT_FALSE(small.diverged());
  DivergenceWatch off({.factor = 2, .updates = 0}, long_run);
  for (int update = 0; update < 50; ++update) off.saw(90);
  EXPECT_FALSE(off.suspicious());
}

class RunFailures : public TrainerTest {};

TEST_F(RunFailures, ALossThatDivergesStopsAndLeavesTheLastGoodCheckpoint) {
  TrainerOptions some = options("diverging");
  some.recipe.learning_rate = 0.5;
  some.recipe.warmup_steps = 80;
  some.recipe.steps = 400;
  some.recipe.divergence = {.factor = 1, .updates = 6};
  some.recipe.every.checkpoint_steps = 1;
  const Told run = told(some);
  EXPECT_REFUSED(run.report, ErrorCode::kInternal, "the loss diverged");
  ASSERT_GT(run.steps.size(), 26u);
  const Checkpoint kept = newest_checkpoint(some.output).value().value();
  EXPECT_EQ(kept.progression.updates, run.steps.size() - 6);
  EXPECT_NE(run.report.error().message().find(text("after ", run.steps.size() - 6, " updates is kept")),
            std::string::npos);
  // The losses since were those of a diverged model, the one before was not.
  EXPECT_LE(run.steps[run.steps.size() - 7].loss, kept.progression.loss_mean + 1);
  EXPECT_GT(run.steps.back().loss, kept.progression.loss_mean + 1);
}

TEST_F(RunFailures, UpdatesThatAreLeftOutDoNotCountForTheOptimiser) {
  const std::vector<Parameter> parameters = {{"w", Shape{1}, DType::f32, "language_decay"}};
  const auto settings = [&](uint64_t applied) {
    return optimizer_settings(Recipe{}, parameters, applied, 1, 1).at("language_decay");
  };
  EXPECT_FLOAT_EQ(settings(0).correction1, 0.1f);  // torch: 1 − β₁ᵗ, t = 1 at the first step that is made
  EXPECT_FLOAT_EQ(settings(2).correction1, 1 - 0.9f * 0.9f * 0.9f);

  TrainerOptions some = options("f16");
  some.recipe.precision = Precision::kF16;
  some.recipe.every.checkpoint_steps = 1;
  some.recipe.steps = 1;
  ASSERT_TRUE(told(some, DType::f16).report.ok());
  {
    // As after thousands of updates whose gradients were small.
    const auto path = some.output / "checkpoint-1/state.json";
    auto state = nlohmann::json::parse(bytes_of(path));
    state["loss_scale"] = 16777216;
    std::ofstream(path) << state.dump();
  }
  some.recipe.steps = 12;
  const Told run = told(some, DType::f16);
  ASSERT_TRUE(run.report.ok()) << run.report.error().what();
  const auto skipped =
      std::count_if(run.steps.begin(), run.steps.end(), [](const auto& s) { return s.skipped; });
  ASSERT_GT(skipped, 0) << "the first loss scale was meant to be too large";
  const Progression progression = newest_checkpoint(some.output).value()->progression;
  EXPECT_EQ(progression.updates, 12u);
  EXPECT_EQ(progression.applied, 12u - static_cast<uint64_t>(skipped));
}

/// Files may not grow beyond this many bytes while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    before_signal_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit narrow{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &narrow);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    (void)std::signal(SIGXFSZ, before_signal_);
  }

 private:
  rlimit before_{};
  void (*before_signal_)(int);
};

/// Pairs of a question and an answer, with a picture each or with none.
void write_records(const std::filesystem::path& file,
                   const std::vector<std::pair<std::string, std::string>>& said, bool pictures) {
  nlohmann::json records;
  for (const auto& [question, answer] : said) {
    records.push_back({{"conversations",
                        {{{"from", "human"}, {"value", (pictures ? "<image>\n" : "") + question}},
                         {{"from", "gpt"}, {"value", answer}}}}});
    if (pictures) records.back()["image"] = "picture0.png";
  }
  std::ofstream(file) << records.dump();
}

TEST_F(RunFailures, AnUpdateWithNothingToLearnIsLeftOut) {
  std::string long_question;
  for (int word = 0; word < 100; ++word) long_question += "what ";
  TrainerOptions some = options("empty");
  some.data = {folder() / "records.json"};
  some.recipe.max_length = 120;  // the long question leaves no room for its answer
  some.recipe.batch = {.size = 1, .micro = 1};
  some.recipe.shuffle = false;
  some.recipe.steps = 5;
  write_records(some.data.front(), {{"What?", "red"}, {long_question, "blue"}, {"Which?", "green"}}, true);
  const Told run = told(some);
  ASSERT_TRUE(run.report.ok()) << run.report.error().what();
  ASSERT_EQ(run.steps.size(), 5u);
  for (const StepDone& step : run.steps) {
    const bool empty = step.step == 2 || step.step == 5;
    EXPECT_EQ(step.skipped, empty) << step.step;
    EXPECT_EQ(std::isnan(step.loss), empty) << step.step;
    EXPECT_EQ(step.tokens_per_second == 0, empty) << step.step;
  }
  EXPECT_EQ(newest_checkpoint(some.output).value()->progression.applied, 3u);
  EXPECT_FALSE(std::isnan(run.report->loss));

  some.output = folder() / "all empty";
  some.recipe.steps = 50;
  write_records(some.data.front(), {{long_question, "red"}, {long_question, "blue"}}, true);
  EXPECT_REFUSED(told(some).report, ErrorCode::kBadFile, "none of the 2 records has anything to learn");
}

TEST_F(RunFailures, PicturesNeedAModelThatSees) {
  TrainerOptions some = options();
  some.recipe.train.projector = false;
  EXPECT_REFUSED(train(some, small_model({.vision = false})), ErrorCode::kInvalidArgument,
                 "8 of the 8 records have pictures, the model is a language model that can't see");
}

TEST_F(RunFailures, AProjectorLearnsNothingWithoutPictures) {
  TrainerOptions some = options();
  some.data = {folder() / "records.json"};
  write_records(some.data.front(), {{"What?", "red"}, {"Which?", "green"}}, false);
  some.recipe.train.language_model = LanguageModelTraining::kOff;
  EXPECT_REFUSED(told(some).report, ErrorCode::kInvalidArgument, "no record has a picture");
  some.recipe.train.language_model = LanguageModelTraining::kFull;
  some.recipe.steps = 1;
  EXPECT_TRUE(told(some).report.ok());
}

TEST_F(RunFailures, AFullDiskLeavesTheCheckpointBefore) {
  TrainerOptions some = options("full");
  some.recipe.steps = 2;
  ASSERT_TRUE(told(some).report.ok());
  const auto file = some.output / "checkpoint-2/parameters.safetensors";
  const std::string before = bytes_of(file);
  some.recipe.steps = 6;
  some.recipe.every.checkpoint_steps = 4;
  Told run;
  {
    // From the update before the checkpoint on: drivers have files of their own.
    std::optional<FileSizeLimit> limit;
    run = told(some, DType::f32, [&](const StepDone& step) {
      if (step.step == 4) limit.emplace(before.size() / 2);
    });
  }
  EXPECT_REFUSED(run.report, ErrorCode::kIo, "the checkpoint after 2 updates is kept");
  EXPECT_EQ(bytes_of(file), before);
  size_t folders = 0;
  for (const auto& entry : std::filesystem::directory_iterator(some.output)) folders += entry.is_directory();
  EXPECT_EQ(folders, 1u) << "nothing half written is left";
  EXPECT_TRUE(told(some).report.ok());
  EXPECT_TRUE(std::filesystem::exists(some.output / "checkpoint-6/parameters.safetensors"));
}

TEST_F(RunFailures, WhatWasLearnedOutlivesALogThatFails) {
  TrainerOptions some = options("log");
  some.recipe.steps = 6;
  const Told run = told(some, DType::f32, [](const StepDone& step) {
    if (step.step == 3) throw Error(ErrorCode::kIo, "the log can't be written");
  });
  EXPECT_REFUSED(run.report, ErrorCode::kIo, "the log can't be written");
  EXPECT_EQ(newest_checkpoint(some.output).value().value().progression.updates, 3u);
}

TEST_F(RunFailures, ALostDeviceIsOpenedAgain) {
  TrainerOptions unbroken = options("unbroken"), lossy = options("lossy");
  for (TrainerOptions* each : {&unbroken, &lossy}) {
    each->recipe.batch = {.size = 2, .micro = 2};
    each->recipe.steps = 40;
    each->recipe.every.checkpoint_steps = 2;
  }
  const Told whole = told(unbroken);
  ASSERT_TRUE(whole.report.ok()) << whole.report.error().what();
  lossy.device_options.lose_device_at = 250;
  const Told run = told(lossy);
  ASSERT_TRUE(run.report.ok()) << run.report.error().what();
  EXPECT_TRUE(run.noted("device_lost"));
  ASSERT_GE(run.went_back.size(), 1u);
  EXPECT_GT(run.went_back.front().step, 0u);
  EXPECT_EQ(bytes_of(lossy.output / "checkpoint-40/parameters.safetensors"),
            bytes_of(unbroken.output / "checkpoint-40/parameters.safetensors"));
}

TEST_F(RunFailures, ADeviceThatIsAlwaysLostEndsTheRun) {
  TrainerOptions some = options("lost");
  some.device_options.lose_device_at = 10;
  const Told run = told(some);
  EXPECT_REFUSED(run.report, ErrorCode::kDeviceLost, "VK_ERROR_DEVICE_LOST");
  EXPECT_EQ(run.went_back.size(), 1u);
  some.output.clear();
  some.device_options.lose_device_at = 250;
  some.recipe.steps = 100;
  EXPECT_REFUSED(told(some).report, ErrorCode::kDeviceLost, "VK_ERROR_DEVICE_LOST");
}

TEST_F(RunFailures, LessMemoryThanPlannedTakesASmallerPlan) {
  TrainerOptions some = options("small");
  some.recipe.batch.micro = 0;
  some.recipe.steps = 3;
  const std::vector<double> expected = losses(options());
  for (const uint64_t allocation : {2u, 60u, 90u}) {
    std::filesystem::remove_all(some.output);
    some.device_options.fail_allocation_at = allocation;
    const Told run = told(some);
    ASSERT_TRUE(run.report.ok()) << run.report.error().what();
    ASSERT_TRUE(run.noted("smaller_plan")) << allocation;
    EXPECT_EQ(run.went_back.size(), 1u);
    ASSERT_EQ(run.steps.size(), 3u);
    for (size_t step = 0; step < 3; ++step)
      EXPECT_NEAR(run.steps[step].loss, expected[step], 1e-5 * expected[step]);
  }
  some.recipe.batch.micro = 8;
  some.recipe.recompute = Switch::kOn;
  std::filesystem::remove_all(some.output);
  EXPECT_REFUSED(told(some).report, ErrorCode::kOutOfMemory, "training needs");
}

}  // namespace
}  // namespace lapilli::training
