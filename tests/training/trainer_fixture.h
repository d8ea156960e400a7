// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/image.h"
#include "tests/support/small_model.h"
#include "tests/support/temporary_folder.h"
#include "training/trainer.h"

#include <cmath>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace lapilli::training {

using namespace lapilli::test;

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Eight pictures, each with one word to say about it, and a small model that learns them.
class TrainerTest : public TemporaryFolder {
 protected:
  void SetUp() override {
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

  /// A run of low-rank updates that has made its first one.
  [[nodiscard]] TrainerOptions begun_low_rank(const std::string& output) const {
    TrainerOptions some = options(output);
    some.recipe.train.language_model = LanguageModelTraining::kLora;
    some.recipe.lora = {.rank = 8, .alpha = 16, .dropout = 0};
    some.recipe.steps = 1;
    EXPECT_EQ(losses(some).size(), 1u);
    return some;
  }

  static void expect_equal(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
    ASSERT_EQ(a.size(), b.size());
    for (size_t step = 0; step < a.size(); ++step)
      EXPECT_NEAR(a[step], b[step], tolerance * a[step]) << "update " << step;
  }
};

}  // namespace lapilli::training
