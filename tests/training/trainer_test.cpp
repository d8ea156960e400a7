// SPDX-License-Identifier: Apache-2.0
#include "training/trainer.h"
#include "engine/io/safetensors.h"
#include "tests/support/expect_error.h"
#include "tests/training/trainer_fixture.h"
#include "training/sample_answers.h"

namespace lapilli::training {
namespace {

TEST_F(TrainerTest, EightSamplesAreLearnedByHeart) {
  TrainerOptions some = options();
  some.recipe.steps = 60;
  const std::vector<double> all = losses(some);
  ASSERT_EQ(all.size(), 60u);
  EXPECT_GT(all.front(), 3.0);
  EXPECT_LT(all.back(), 0.1);
}

TEST_F(TrainerTest, SampleAnswersAreThoseOfTheWeightsAsTheyAre) {
  struct Case {
    Precision precision;
    LanguageModelTraining language_model;
    double learning_rate;
  };
  for (const Case& c : {Case{Precision::kF32, LanguageModelTraining::kFull, 2e-3},
                        Case{Precision::kBf16, LanguageModelTraining::kFull, 2e-3},
                        Case{Precision::kF32, LanguageModelTraining::kLora, 1e-2}}) {
    TrainerOptions some = options();
    some.images = folder();
    some.recipe.precision = c.precision;
    some.recipe.train.language_model = c.language_model;
    some.recipe.lora = {.rank = 16, .alpha = 32, .dropout = 0};
    some.recipe.learning_rate = c.learning_rate;
    some.recipe.steps = 120;
    some.recipe.samples = {.every = 100,
                           .max_tokens = 8,
                           .items = {{"picture0.png", "What is it?"}, {"picture4.png", "What is it?"}}};
    std::vector<SampleAnswered> answers;
    const auto report =
        train(some, small_model({.activation = activation_of(c.precision)}), [&](const TrainingEvent& event) {
          if (const auto* answer = std::get_if<SampleAnswered>(&event)) answers.push_back(*answer);
        });
    ASSERT_TRUE(report.ok()) << report.error().what();
    ASSERT_EQ(answers.size(), 4u);
    EXPECT_EQ(answers[0].step, 100u);
    EXPECT_EQ(answers[3].step, 120u);
    EXPECT_EQ(answers[3].question, 1u);
    EXPECT_EQ(answers[2].answer, "red");
    EXPECT_EQ(answers[3].answer, "white");
  }
}

TEST_F(TrainerTest, PicturesOfSampleQuestionsAreWhereThoseOfTheDataAre) {
  TrainerOptions some = options();
  some.recipe.steps = 1;
  some.recipe.samples = {.max_tokens = 1, .items = {{"picture0.png", "What is it?"}}};
  EXPECT_EQ(losses(some).size(), 1u);  // the folder of the file that names the others
  EXPECT_EQ(SampleAnswers::picture_folder("given", some.data), "given");
  const std::vector<std::filesystem::path> folders = {folder()};
  EXPECT_EQ(SampleAnswers::picture_folder("", folders), folder());
  EXPECT_EQ(SampleAnswers::picture_folder("", {}), "");
}

TEST_F(TrainerTest, SampleQuestionsThatCantBeAskedAreRefused) {
  TrainerOptions some = options();
  some.recipe.samples.items = {{"missing.png", "What?"}};
  auto report = train(some, small_model());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kNotFound);
  some.images = folder();
  some.recipe.samples = {.max_tokens = 4096, .items = {{"picture0.png", "What?"}}};
  report = train(some, small_model());
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.error().message().find("samples.max_tokens"), std::string::npos);
}

TEST_F(TrainerTest, AccumulationGivesTheSameAsALargerMicroBatch) {
  TrainerOptions some = options();
  some.recipe.steps = 3;
  const std::vector<double> at_once = losses(some);
  some.recipe.batch.micro = 1;
  expect_equal(losses(some), at_once, 1e-6);
}

TEST_F(TrainerTest, RecomputationGivesTheSame) {
  TrainerOptions some = options();
  some.recipe.steps = 3;
  const std::vector<double> kept = losses(some);
  some.recipe.recompute = Switch::kOn;
  expect_equal(losses(some), kept, 1e-6);
}

TEST_F(TrainerTest, ARunThatGoesOnEqualsAnUnbrokenOne) {
  TrainerOptions unbroken = options("unbroken"), broken = options("broken");
  unbroken.recipe.batch = broken.recipe.batch = {.size = 4, .micro = 2};
  const std::vector<double> all = losses(unbroken);
  broken.recipe.steps = 3;
  std::vector<double> parts = losses(broken);
  broken.recipe.steps = 6;
  const std::vector<double> rest = losses(broken);
  parts.insert(parts.end(), rest.begin(), rest.end());
  EXPECT_EQ(parts, all);
  EXPECT_EQ(bytes_of(folder() / "broken/checkpoint-6/parameters.safetensors"),
            bytes_of(folder() / "unbroken/checkpoint-6/parameters.safetensors"));
}

TEST_F(TrainerTest, AStopRequestSavesAndTheRunGoesOn) {
  TrainerOptions some = options("stopped");
  std::stop_source stop;
  size_t steps = 0;
  const auto report = train(
      some, small_model(),
      [&](const TrainingEvent& event) {
        if (std::holds_alternative<StepDone>(event) && ++steps == 2) stop.request_stop();
      },
      stop.get_token());
  ASSERT_TRUE(report.ok()) << report.error().what();
  EXPECT_TRUE(report->stopped);
  EXPECT_EQ(report->steps, 2u);
  EXPECT_EQ(losses(some).size(), 4u);
}

TEST_F(TrainerTest, TheTowerLearnsToo) {
  TrainerOptions some = options();
  some.recipe.train.tower = true;
  some.recipe.steps = 20;
  const std::vector<double> all = losses(some);
  EXPECT_LT(all.back(), 0.5 * all.front());
}

TEST_F(TrainerTest, LowRankUpdatesLearnOverFrozenWeights) {
  TrainerOptions some = options("lora");
  some.recipe.train.language_model = LanguageModelTraining::kLora;
  some.recipe.lora = {.rank = 8, .alpha = 16, .dropout = 0.05};
  some.recipe.steps = 40;
  const std::vector<double> all = losses(some);
  EXPECT_LT(all.back(), 0.5 * all.front());
  const Checkpoint saved = newest_checkpoint(some.output).value().value();
  const TensorFile file = open_safetensors(saved.folder / "parameters.safetensors").value();
  EXPECT_NE(file.find("layers.0.wq.lora_a"), nullptr);
  EXPECT_EQ(file.find("layers.0.wq"), nullptr);
}

TEST_F(TrainerTest, WhatWasLearnedIsNotLeftOutByARecipeThatTrainsLess) {
  TrainerOptions some = begun_low_rank("less");
  some.recipe.train.language_model = LanguageModelTraining::kOff;
  some.recipe.steps = 2;
  const auto report = train(some, small_model());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kBadFile);
  EXPECT_NE(report.error().message().find("does not train it any more"), std::string::npos)
      << report.error().what();
  EXPECT_EQ(newest_checkpoint(some.output).value()->progression.updates, 1u);
}

TEST_F(TrainerTest, AnotherModelIsRefusedWhereItsWeightsStayAsTheyAre) {
  TrainerOptions some = begun_low_rank("another");
  some.recipe.steps = 2;
  const auto report = train(some, small_model({.seed = 2}));
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(report.error().place(), (some.output / "checkpoint-1").string());
  EXPECT_NE(report.error().message().find("began with another model"), std::string::npos);
  EXPECT_EQ(losses(some).size(), 1u) << "with its own model it goes on";
}

TEST_F(TrainerTest, OtherDataAreToldOfWhereARunGoesOn) {
  TrainerOptions some = options("other_data");
  const auto told_by = [&](uint64_t steps) {
    some.recipe.steps = steps;
    bool told = false;
    const auto report = train(some, small_model(), [&](const TrainingEvent& event) {
      if (const auto* note = std::get_if<Note>(&event)) told = told || note->code == "data_changed";
    });
    EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().what());
    return told;
  };
  EXPECT_FALSE(told_by(1));
  EXPECT_FALSE(told_by(2));
  nlohmann::json records = nlohmann::json::parse(bytes_of(folder() / "data.json"));
  records.erase(3);
  std::ofstream(folder() / "data.json") << records.dump();
  EXPECT_TRUE(told_by(3));
  EXPECT_FALSE(told_by(4)) << "they are its data now";
}

TEST_F(TrainerTest, ADamagedCheckpointIsNamedWithTheWayAroundIt) {
  TrainerOptions some = options("damaged");
  some.recipe.steps = 2;
  some.recipe.every.checkpoint_steps = 1;
  ASSERT_EQ(losses(some).size(), 2u);
  const std::filesystem::path newest = some.output / "checkpoint-2";
  some.recipe.steps = 3;
  for (const char* name : {"parameters.safetensors", "state.json"}) {
    std::filesystem::resize_file(newest / name, 100);
    const auto report = train(some, small_model());
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().place().find((newest / name).string()), 0u) << report.error().place();
    EXPECT_NE(report.error().message().find(text("where ", newest.string(), " is removed")),
              std::string::npos)
        << report.error().message();
  }
  std::filesystem::remove_all(newest);
  EXPECT_EQ(losses(some).size(), 2u) << "goes on after the first update";
}

TEST_F(TrainerTest, HalfPrecisionLearns) {
  for (const Precision precision : {Precision::kF16, Precision::kBf16}) {
    TrainerOptions some = options();
    some.recipe.precision = precision;
    some.recipe.steps = 20;
    std::vector<double> all;
    const auto report =
        train(some, small_model({.activation = activation_of(precision)}), [&](const TrainingEvent& event) {
          if (const auto* step = std::get_if<StepDone>(&event)) all.push_back(step->loss);
        });
    ASSERT_TRUE(report.ok()) << report.error().what();
    EXPECT_LT(all.back(), 0.5 * all.front());
  }
}

TEST_F(TrainerTest, ALossThatIsNoNumberStopsAndLeavesACheckpointToGoOnFrom) {
  TrainerOptions some = options("broken");
  some.recipe.learning_rate = 10;
  some.recipe.steps = 40;
  some.recipe.every.checkpoint_steps = 1;
  const auto report = train(some, small_model());
  EXPECT_REFUSED(report, ErrorCode::kInternal, "stopped being numbers");
  ASSERT_FALSE(report.ok());
  const Checkpoint kept = newest_checkpoint(some.output).value().value();
  const auto aside = some.output / text("broken-checkpoint-", kept.progression.updates + 1);
  EXPECT_TRUE(std::filesystem::exists(aside / "parameters.safetensors"));
  EXPECT_NE(report.error().message().find(aside.string()), std::string::npos) << report.error().message();
  // Gentler, it goes on from there.
  some.recipe.learning_rate = 1e-6;
  some.recipe.steps = kept.progression.updates + 1;
  const std::vector<double> rest = losses(some);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_TRUE(std::isfinite(rest[0]));
}

TEST_F(TrainerTest, ARunThatIsDoneIsNotMeasuredAgain) {
  TrainerOptions some = options("done");
  some.recipe.validation_share = 0.25;
  some.recipe.steps = 2;
  some.recipe.every.checkpoint_steps = 1;
  for (const size_t wanted : {1, 0}) {
    size_t measured = 0;
    const auto report = train(some, small_model(), [&](const TrainingEvent& event) {
      measured += std::holds_alternative<ValidationDone>(event);
    });
    ASSERT_TRUE(report.ok()) << report.error().what();
    EXPECT_EQ(report->steps, 2u);
    EXPECT_EQ(measured, wanted);
  }
}

TEST_F(TrainerTest, ARunThatWasStoppedInItsLastUpdateIsMeasuredWhenItGoesOn) {
  TrainerOptions some = options("stopped_last");
  some.recipe.validation_share = 0.25;
  some.recipe.steps = 2;
  std::stop_source stop;
  size_t measured = 0;
  const auto count = [&](const TrainingEvent& event) {
    measured += std::holds_alternative<ValidationDone>(event);
    if (const auto* step = std::get_if<StepDone>(&event); step && step->step == 2) stop.request_stop();
  };
  ASSERT_TRUE(train(some, small_model(), count, stop.get_token()).ok());
  EXPECT_EQ(measured, 0u);
  ASSERT_TRUE(train(some, small_model(), count).ok());
  EXPECT_EQ(measured, 1u);
}

TEST_F(TrainerTest, AWarmUpLongerThanTheEpochsIsRefused) {
  TrainerOptions some = options("warm");
  some.recipe.steps = 0;
  some.recipe.epochs = 2;
  some.recipe.warmup_steps = 3;
  EXPECT_REFUSED(train(some, small_model()), ErrorCode::kInvalidArgument, "more than the 2 updates");
}

TEST_F(TrainerTest, RecordsOfUnequalLengthAreLearnedAsEachAlone) {
  auto records = nlohmann::json::parse(bytes_of(folder() / "data.json"));
  for (size_t index = 0; index < records.size(); index += 3) {
    std::string words;
    for (int word = 0; word < 60; ++word) words += "word ";
    records[index]["conversations"][1]["value"] = words;
  }
  std::ofstream(folder() / "data.json") << records.dump();
  TrainerOptions some = options();
  some.recipe.steps = 3;
  const std::vector<double> together = losses(some);
  some.recipe.batch.micro = 1;
  expect_equal(losses(some), together, 1e-6);
}

TEST_F(TrainerTest, ValidationMeasuresRecordsThatAreNotLearned) {
  TrainerOptions some = options();
  some.recipe.validation_share = 0.25;
  some.recipe.steps = 2;
  std::vector<ValidationDone> measured;
  const auto report = train(some, small_model(), [&](const TrainingEvent& event) {
    if (const auto* done = std::get_if<ValidationDone>(&event)) measured.push_back(*done);
  });
  ASSERT_TRUE(report.ok()) << report.error().what();
  ASSERT_EQ(measured.size(), 1u);
  EXPECT_EQ(measured[0].records, 2u);
  EXPECT_GT(measured[0].loss, 0.0);
}

}  // namespace
}  // namespace lapilli::training
