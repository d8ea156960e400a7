// SPDX-License-Identifier: Apache-2.0
// Low-rank updates beside their weights against the same updates merged into them.
#include "tests/support/device_fixture.h"
#include "tests/support/small_model.h"
#include "tests/support/temporary_folder.h"
#include "training/batch.h"
#include "training/checkpoint.h"
#include "training/trained_model.h"

#include <random>

#include <gtest/gtest.h>

namespace lapilli::training {
namespace {

using namespace lapilli::test;

class AdaptersTest : public GpuTest {
 protected:
  void SetUp() override {
    GpuTest::SetUp();
    recipe_.train = {.tower = false, .projector = false, .language_model = LanguageModelTraining::kLora};
    recipe_.lora = {.rank = 4, .alpha = 8, .dropout = 0};
    recipe_.precision = Precision::kF32;
  }

  [[nodiscard]] Session session(const LoadedModel& model, bool with_updates) {
    const double scale = recipe_.lora.alpha / static_cast<double>(recipe_.lora.rank);
    return {device(),
            DeviceEnvironment::instance().pipelines(),
            model,
            with_updates ? parameters_of(model.config, recipe_, DType::f32) : std::vector<Parameter>(),
            {.activation = DType::f32, .lora_scale = scale}};
  }

  static double loss_of(Session& session) {
    const MicroStepShape shape{.sequences = 1, .length = 32, .slots = 1, .loss_rows = 32};
    MicroBatch batch{.shape = shape,
                     .ids = {},
                     .positions = {},
                     .image_index = std::vector<int32_t>(32, -1),
                     .loss_index = {},
                     .labels = {}};
    for (int32_t row = 0; row < 32; ++row) {
      batch.ids.push_back(row * 37 % 500 + 3);
      batch.positions.push_back(row);
      batch.loss_index.push_back(row);
      batch.labels.push_back((row + 1) * 37 % 500 + 3);
    }
    session.reserve(shape);
    session.measure(batch, 1.0f / 32);
    return session.take_loss();
  }

  const OwnFolder folder_;
  Recipe recipe_;
};

TEST_F(AdaptersTest, MergedUpdatesGiveTheLossOfUpdatesBesideTheirWeights) {
  const LoadedModel base = small_model();
  Session beside = session(base, true);
  const double before = loss_of(beside);
  std::mt19937 generator(3);
  std::normal_distribution<float> normal(0.0f, 0.1f);
  for (size_t index = 0; index < beside.parameters().size(); ++index) {
    std::vector<float> values(beside.parameters()[index].shape.elements());
    for (float& value : values) value = normal(generator);
    beside.write(index, ParameterState::kValue, values);
  }
  const double updated = loss_of(beside);
  EXPECT_GT(std::abs(updated - before), 1e-3 * before);

  ASSERT_TRUE(save_checkpoint(folder_.path(), beside, {}, recipe_).ok());
  const Checkpoint checkpoint = newest_checkpoint(folder_.path()).value().value();
  const LoadedModel merged = trained_model(small_model(), checkpoint).value();
  Session alone = session(merged, false);
  EXPECT_NEAR(loss_of(alone), updated, 1e-5 * updated);
}

}  // namespace
}  // namespace lapilli::training
