// SPDX-License-Identifier: Apache-2.0
#include "training/trainer.h"
#include "engine/io/image.h"
#include "engine/io/safetensors.h"
#include "tests/support/small_model.h"
#include "tests/support/temporary_folder.h"

#include <cmath>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace lapilli::training {
namespace {

using namespace lapilli::test;

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class TrainerTest : public TemporaryFolder {
 protected:
  void SetUp() override {
    TemporaryFolder::SetUp();
    nlohmann::json records;
    constexpr const char* kColours[] = {"red", "green", "blue", "black", "white", "gray", "pink", "brown"};
    for (size_t index = 0; index < std::size(kColours); ++index) {
      Image image(56, 56);
      for (size_t at = 0; at < image.pixels.size(); ++at)
        image.pixels[at] = static_cast<uint8_t>(at % (3 * (index + 2)) * 25);
      const std::string name = "picture" + std::to_string(index) + ".png";
      write_png(folder() / name, image).value();
      records.push_back({{"id", std::to_string(index)},
                         {"image", name},
                         {"conversations",
                          {{{"from", "human"}, {"value", "<image>\nWhat is it?"}},
                           {{"from", "gpt"}, {"value", kColours[index]}}}}});
    }
    std::ofstream(folder() / "data.json") << records.dump();
  }

  [[nodiscard]] TrainerOptions options(const std::string& output = "") const {
    Recipe recipe;
    recipe.mask = MaskRule::kAnswers;
    recipe.train = {.tower = false, .projector = true, .language_model = LanguageModelTraining::kFull};
    recipe.learning_rate = 2e-3;
    recipe.batch = {.size = 8, .micro = 8};
    recipe.steps = 6;
    recipe.schedule = Schedule::kConstant;
    recipe.warmup_ratio = 0;
    recipe.precision = Precision::kF32;
    recipe.group_by_modality = false;
    recipe.every.checkpoint_minutes = 0;
    TrainerOptions result{.recipe = recipe, .model = {}, .data = {folder() / "data.json"}};
    if (!output.empty()) result.output = folder() / output;
    if (const char* device = std::getenv("LAPILLI_DEVICE")) result.device = device;
    return result;
  }

  /// Losses of all updates.
  static std::vector<double> losses(const TrainerOptions& options, std::stop_token stop = {}) {
    std::vector<double> result;
    const auto report = train(
        options, small_model(),
        [&](const TrainingEvent& event) {
          if (const auto* step = std::get_if<StepDone>(&event)) result.push_back(step->loss);
        },
        stop);
    EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().what());
    return result;
  }

  static void expect_equal(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
    ASSERT_EQ(a.size(), b.size());
    for (size_t step = 0; step < a.size(); ++step)
      EXPECT_NEAR(a[step], b[step], tolerance * a[step]) << "update " << step;
  }
};

TEST_F(TrainerTest, EightSamplesAreLearnedByHeart) {
  TrainerOptions some = options();
  some.recipe.steps = 60;
  const std::vector<double> all = losses(some);
  ASSERT_EQ(all.size(), 60u);
  EXPECT_GT(all.front(), 3.0);
  EXPECT_LT(all.back(), 0.1);
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

TEST_F(TrainerTest, ALossThatIsNoNumberStopsWithAnExplanation) {
  TrainerOptions some = options("diverged");
  some.recipe.learning_rate = 10;
  some.recipe.steps = 40;
  some.recipe.every.checkpoint_steps = 1;
  const auto report = train(some, small_model());
  ASSERT_FALSE(report.ok());
  EXPECT_NE(std::string(report.error().what()).find("stopped being numbers"), std::string::npos)
      << report.error().what();
  EXPECT_TRUE(newest_checkpoint(folder() / "diverged").value().has_value());
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
