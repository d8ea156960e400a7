// SPDX-License-Identifier: Apache-2.0
// Runs with the tower's features kept in a file against runs that encode every picture each time.
#include "tests/training/trainer_fixture.h"
#include "training/feature_cache.h"

namespace lapilli::training {
namespace {

class CachedFeatures : public TrainerTest {
 protected:
  [[nodiscard]] TrainerOptions run(Precision precision, const std::string& output) const {
    TrainerOptions some = options(output);
    some.recipe.precision = precision;
    some.recipe.batch = {.size = 4, .micro = 2};
    some.recipe.steps = 6;  // three times over all pictures
    some.recipe.validation_share = 0.25;
    if (!output.empty()) some.recipe.cache_features = 64;
    return some;
  }
  static std::vector<double> losses_of(const TrainerOptions& options) {
    std::vector<double> result;
    const auto report = train(options, small_model({.activation = activation_of(options.recipe.precision)}),
                              [&](const TrainingEvent& event) {
                                if (const auto* step = std::get_if<StepDone>(&event))
                                  result.push_back(step->loss);
                                if (const auto* done = std::get_if<ValidationDone>(&event))
                                  result.push_back(done->loss);
                              });
    EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().what());
    return result;
  }
  [[nodiscard]] static FeatureCache::Options cache_of(const TrainerOptions& options) {
    const LoadedModel model = small_model({.activation = activation_of(options.recipe.precision)});
    const VisionConfig& vision = *model.config.vision;
    return {.path = options.output / "features.cache",
            .tower = tower_hash(model, options.recipe),
            .feature_bytes =
                row_bytes(activation_of(options.recipe.precision), uint64_t{vision.rows()} * vision.dim),
            .limit_bytes = 64 << 20};
  }
  static void forget_checkpoints(const TrainerOptions& options) {
    std::filesystem::remove_all(options.output / "checkpoint-6");
  }
};

TEST_F(CachedFeatures, GiveTheLossesOfLiveOnes) {
  for (const Precision precision : {Precision::kF32, Precision::kF16, Precision::kBf16}) {
    const TrainerOptions cached = run(precision, "cached" + std::to_string(static_cast<int>(precision)));
    const std::vector<double> live = losses_of(run(precision, ""));
    ASSERT_EQ(live.size(), 7u);
    expect_equal(losses_of(cached), live, 1e-6);
    EXPECT_EQ(FeatureCache::open(cache_of(cached)).value()->size(), 8u);
    forget_checkpoints(cached);
    expect_equal(losses_of(cached), live, 1e-6);  // from the file alone
  }
}

TEST_F(CachedFeatures, AreWhatTheModelSees) {
  const TrainerOptions cached = run(Precision::kF32, "wrong");
  {
    const auto cache = FeatureCache::open(cache_of(cached)).value();
    const std::vector<std::byte> zeros(cache_of(cached).feature_bytes);
    for (int picture = 0; picture < 8; ++picture)
      cache->add(picture_hash(folder() / text("picture", picture, ".png")), zeros).value();
  }
  const std::vector<double> live = losses_of(run(Precision::kF32, "")), wrong = losses_of(cached);
  EXPECT_GT(std::abs(live.front() - wrong.front()), 1e-4 * live.front());
}

TEST_F(CachedFeatures, DamagedOnesAreMadeAgain) {
  const TrainerOptions cached = run(Precision::kF32, "damaged");
  const std::vector<double> live = losses_of(cached);
  forget_checkpoints(cached);
  const auto path = cache_of(cached).path;
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(32 + 3 * (16 + cache_of(cached).feature_bytes) + 100));
    file.put('!');
  }
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 10);
  expect_equal(losses_of(cached), live, 1e-6);
}

TEST_F(CachedFeatures, BelongToOneTowerAndOneWayToMakePicturesSquare) {
  const Recipe recipe = run(Precision::kF32, "").recipe;
  const uint64_t hash = tower_hash(small_model(), recipe);
  EXPECT_EQ(hash, tower_hash(small_model(), recipe));
  EXPECT_NE(hash, tower_hash(small_model({.seed = 2}), recipe));
  Recipe crop = recipe, half = recipe;
  crop.aspect = AspectPolicy::kCrop;
  half.precision = Precision::kF16;
  EXPECT_NE(hash, tower_hash(small_model(), crop));
  EXPECT_NE(hash, tower_hash(small_model(), half));
}

}  // namespace
}  // namespace lapilli::training
