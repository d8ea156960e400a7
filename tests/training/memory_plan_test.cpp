// SPDX-License-Identifier: Apache-2.0
#include "training/memory_plan.h"
#include "engine/runtime/random_model.h"
#include "engine/runtime/shapes.h"
#include "tests/support/small_model.h"

#include <gtest/gtest.h>

namespace lapilli::training {
namespace {

constexpr uint64_t kGiga = 1'000'000'000;

/// A GPU with matrix-free kernels, as far as lowering asks.
DeviceCaps gpu_caps() {
  DeviceCaps caps;
  caps.type = DeviceType::kDiscrete;
  caps.max_storage_range_bytes = uint64_t{1} << 32;
  caps.max_allocation_bytes = uint64_t{1} << 32;
  return caps;
}

Recipe single(const char* preset) {
  Recipe recipe = recipe_of(preset).value();
  recipe.batch = {.size = 1, .micro = 1};
  recipe.recompute = Switch::kAuto;
  return recipe;
}

TEST(TrainingPlan, SevenBillionParametersInFourBitsTrainOnSmallDevices) {
  const Recipe stage1 = single("stage1"), lora = single("stage2-qlora");
  const LoadedModel model =
      random_model(find_shape("llava-7b").value(), FileType::q4_k_m, activation_of(stage1.precision), 1);
  const TrainingPlan projector = choose_plan(model, stage1, gpu_caps(), {.memory_bytes = 10 * kGiga});
  std::cout << "[ figure   ] stage 1:\n" << to_string(projector);
  EXPECT_LE(projector.total_bytes(), 10 * kGiga);
  const TrainingPlan adapter = choose_plan(model, lora, gpu_caps(), {.memory_bytes = 14 * kGiga});
  std::cout << "[ figure   ] LoRA:\n" << to_string(adapter);
  EXPECT_LE(adapter.total_bytes(), 14 * kGiga);
}

TEST(TrainingPlan, RecomputationTakesLessMemory) {
  Recipe recipe = single("stage1");
  const LoadedModel model =
      random_model(find_shape("tiny").value(), FileType::f16, activation_of(recipe.precision), 1);
  const uint64_t kept = plan_memory_of(model, recipe, gpu_caps(), 1, false, 128).activation_bytes;
  const uint64_t again = plan_memory_of(model, recipe, gpu_caps(), 1, true, 128).activation_bytes;
  EXPECT_LT(again, kept);
}

TEST(TrainingPlan, RecordsOfSeveralPicturesTakeMore) {
  Recipe recipe = single("stage2");
  recipe.precision = Precision::kF32;
  recipe.train.tower = true;
  const LoadedModel model = test::small_model();
  const PlanLimits one{.memory_bytes = 10 * kGiga, .longest_record = 128};
  PlanLimits three = one;
  three.most_pictures = 3;
  const TrainingPlan small = choose_plan(model, recipe, gpu_caps(), one);
  const TrainingPlan large = choose_plan(model, recipe, gpu_caps(), three);
  EXPECT_EQ(small.shape.slots, 1u);
  EXPECT_EQ(large.shape.slots, 4u);
  EXPECT_GT(large.activation_bytes, small.activation_bytes);
}

TEST(TrainingPlan, TooLittleMemoryIsSaid) {
  const Recipe recipe = single("stage1");
  const LoadedModel model =
      random_model(find_shape("tiny").value(), FileType::f16, activation_of(recipe.precision), 1);
  EXPECT_THROW((void)choose_plan(model, recipe, gpu_caps(), {.memory_bytes = 1000}), Error);
}

/// What a session then takes.
TEST(TrainingPlan, IsWithinATenthOfWhatIsMeasured) {
  Recipe recipe = single("stage1");
  recipe.precision = Precision::kF32;
  recipe.train.language_model = LanguageModelTraining::kFull;
  recipe.batch = {.size = 4, .micro = 4};
  const gpu::Instance instance = gpu::Instance::create().value();
  const char* name = std::getenv("LAPILLI_DEVICE");
  gpu::Device device = gpu::Device::create(instance, instance.find(name ? name : "").value()).value();
  gpu::PipelineCache pipelines(device, {});
  const LoadedModel model = test::small_model();
  for (const bool recompute : {false, true}) {
    const TrainingPlan plan = plan_memory_of(model, recipe, device.caps(), 4, recompute, 64);
    const uint64_t before = device.memory_use()[device.heap_of(gpu::BufferUse::kDevice)].allocated_bytes;
    Session session(device, pipelines, model, parameters_of(model.config, recipe, DType::f32),
                    {.recompute = recompute});
    const MicroStepShape shape{.sequences = 4, .length = 64, .slots = 4, .loss_rows = 256};
    session.reserve(shape);
    const std::vector<float> pixels(size_t{3} * 56 * 56, 0.5f);
    session.set_picture(0, pixels);
    session.accumulate({.shape = shape,
                        .ids = std::vector<int32_t>(256, 1),
                        .positions = std::vector<int32_t>(256, 0),
                        .image_index = std::vector<int32_t>(256, -1),
                        .loss_index = std::vector<int32_t>(256, 0),
                        .labels = std::vector<int32_t>(256, 1)},
                       1.0f, 1.0f);
    (void)session.gradient_norm();
    session.update({});
    const uint64_t used =
        device.memory_use()[device.heap_of(gpu::BufferUse::kDevice)].allocated_bytes - before;
    const auto planned = static_cast<double>(plan.total_bytes());
    EXPECT_NEAR(static_cast<double>(used), planned, 0.1 * planned) << "recompute " << recompute;
  }
}

}  // namespace
}  // namespace lapilli::training
