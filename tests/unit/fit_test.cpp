// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/fit.h"

#include "engine/runtime/random_model.h"
#include "engine/runtime/shapes.h"

#include <gtest/gtest.h>

namespace lapilli {
namespace {

constexpr uint64_t kMib = uint64_t{1} << 20;

const MemoryNeed kNeed{.weight_bytes = 700,
                       .cache_bytes = 100,
                       .intermediate_bytes = 150,
                       .step_bytes = 50,
                       .largest_group_bytes = 70};

TEST(Fit, IsJudgedAtItsBorders) {
  ASSERT_EQ(kNeed.total_bytes(), 1000u);
  // A tenth and the driver's share, a sixteenth of so little, stay free.
  EXPECT_EQ(judge_fit(kNeed, {.device_bytes = 1193}), Fit::kFits);
  EXPECT_EQ(judge_fit(kNeed, {.device_bytes = 1192}), Fit::kTight);
  EXPECT_EQ(judge_fit(kNeed, {.device_bytes = 1066}), Fit::kTight);
  EXPECT_EQ(judge_fit(kNeed, {.device_bytes = 1065}), Fit::kDoesNotFit);
  EXPECT_EQ(judge_fit(kNeed, {.device_bytes = 1065, .host_bytes = 71}), Fit::kNeedsHostMemory);
  EXPECT_EQ(judge_fit(kNeed, {.device_bytes = 1065, .host_bytes = 70}), Fit::kDoesNotFit);
  EXPECT_EQ(judge_fit(kNeed, {.device_bytes = 300, .host_bytes = 700}), Fit::kNeedsHostMemory);
  EXPECT_EQ(judge_fit(kNeed, {.device_bytes = 299, .host_bytes = 9999}), Fit::kDoesNotFit);
}

TEST(Fit, TheDriversShareDoesNotGrowWithoutEnd) {
  EXPECT_EQ(driver_share_bytes(1600 * kMib), 100 * kMib);
  EXPECT_EQ(driver_share_bytes(4096 * kMib), 256 * kMib);
  EXPECT_EQ(driver_share_bytes(80 * 1024 * kMib), 256 * kMib);
}

TEST(Fit, WhatTheDeviceCanNotAllocateAtOnceDoesNotFit) {
  MemoryNeed need = kNeed;
  need.largest_piece_bytes = 71;
  EXPECT_EQ(judge_fit(need, {.device_bytes = 9999, .host_bytes = 9999, .largest_allocation_bytes = 71}),
            Fit::kFits);
  EXPECT_EQ(judge_fit(need, {.device_bytes = 9999, .host_bytes = 9999, .largest_allocation_bytes = 70}),
            Fit::kDoesNotFit);
}

TEST(Fit, AlignmentAndTheLargestPieceAreThoseOfTheModel) {
  const ModelConfig config = find_shape("tiny").value();
  const LoadedModel model = random_model(config, FileType::q4_k_m, DType::f32, 1);
  EvaluatorOptions options;
  options.graph = {.activation = DType::f32, .context = 64, .lanes = 1, .image_slots = 1};
  MemoryNeed need = memory_need(config, model.weights, options, DeviceCaps{});
  uint64_t aligned = 0;
  for (const WeightSource& weight : model.weights)
    aligned += (weight.type.size_bytes() + 16 + 255) / 256 * 256;
  EXPECT_EQ(need.weight_bytes + need.alignment_bytes, aligned);
  EXPECT_EQ(need.total_bytes(), aligned + need.cache_bytes + need.intermediate_bytes + need.step_bytes);
  // A long context makes the cache of one layer the largest piece: 256 tokens of 128 columns.
  options.graph.context = 256;
  options.graph.lanes = 64;
  need = memory_need(config, model.weights, options, DeviceCaps{});
  EXPECT_EQ(need.largest_piece_bytes, uint64_t{64} * 256 * 128 * 4);
}

TEST(Fit, TheContextIsWhatIsAskedForOrWhatTheCacheLeavesRoomFor) {
  const LlamaConfig language{
      .dim = 64, .layers = 2, .heads = 4, .kv_heads = 2, .head_dim = 16, .context = 16384};
  const GraphOptions graph{.activation = DType::f16, .context = 0, .lanes = 3, .image_slots = 1};
  const uint64_t token_bytes =
      uint64_t{2} * 2 * 3 * 32 * 2;  // keys and values, layers, lanes, columns of f16
  EXPECT_EQ(choose_context(0, language, graph, UINT64_MAX), 4096u);
  EXPECT_EQ(choose_context(0, language, graph, 3 * 4096 * token_bytes), 4096u);
  EXPECT_EQ(choose_context(0, language, graph, 3 * 4096 * token_bytes - 3), 2048u);
  EXPECT_EQ(choose_context(0, language, graph, 1), 1024u);
  EXPECT_EQ(choose_context(16384, language, graph, 1), 16384u);
  EXPECT_THROW(static_cast<void>(choose_context(16385, language, graph, UINT64_MAX)), Error);
}

TEST(Fit, TheNeedOfLlava7BIsTheKnownOne) {
  const ModelConfig config = find_shape("llava-7b").value();
  const LoadedModel model = random_model(config, FileType::q4_k_m, DType::f16, 1);
  EvaluatorOptions options;
  options.graph = {.activation = DType::f16, .context = 2048, .lanes = 1, .image_slots = 1};
  const MemoryNeed need = memory_need(config, model.weights, options, DeviceCaps{});
  // 4.08 GB of q4_k_m, and the encoder with its projector in q8_0: 0.33 GB.
  EXPECT_GT(need.weight_bytes, 4100 * kMib);
  EXPECT_LT(need.weight_bytes, 4300 * kMib);
  EXPECT_EQ(need.cache_bytes, uint64_t{2} * 32 * 2048 * 4096 * 2);
  EXPECT_GT(need.intermediate_bytes, 10 * kMib);
  EXPECT_LT(need.intermediate_bytes, 200 * kMib);
  EXPECT_GT(need.largest_group_bytes, 100 * kMib);

  options.graph.context = 4096;
  EXPECT_EQ(memory_need(config, model.weights, options, DeviceCaps{}).cache_bytes, 2 * need.cache_bytes);
}

TEST(Fit, LanesAreFoundForAModelWithoutAnEncoder) {
  ModelConfig config = find_shape("tiny").value();
  config.vision->ffn = 1 << 30;  // of an encoder that would leave no room
  config.vision.reset();
  const LoadedModel model = random_model(config, FileType::f16, DType::f32, 1);
  EvaluatorOptions options;
  options.graph = {.activation = DType::f32, .context = 64, .lanes = 1, .image_slots = 1};
  const GraphOptions found = fit_lanes(config, model.weights, options, DeviceCaps{}, 4096 * kMib, 8);
  EXPECT_EQ(found.lanes, 8u);
  EXPECT_EQ(found.pictures_at_once, 1u);
}

TEST(Fit, LanesOfWhatACaptionNeedsAreMoreThanThoseOfATalk) {
  struct Case {
    const char* shape;
    FileType type;
    uint32_t caption_context;  // of a plain prompt, with 256 tokens for the answer
    uint64_t free_mib;
    uint32_t lanes_of_talks;
    uint32_t lanes_of_captions;
  };
  for (const Case& c : {Case{"llama-110m", FileType::f16, 832, 1024, 4, 16},
                        Case{"llama-110m", FileType::f16, 832, 2048, 8, 16},
                        Case{"llava-7b", FileType::q4_k_m, 1344, 8192, 1, 4},
                        Case{"llava-7b", FileType::q4_k_m, 1344, 12288, 2, 8},
                        Case{"llava-7b", FileType::q4_k_m, 1344, 24576, 8, 16}}) {
    const ModelConfig config = find_shape(c.shape).value();
    const LoadedModel model = random_model(config, c.type, DType::f16, 1);
    DeviceCaps caps;
    caps.max_storage_range_bytes = UINT32_MAX;
    const auto lanes = [&](uint32_t context) {
      EvaluatorOptions options;
      options.graph = {.activation = DType::f16, .context = context, .lanes = 1, .image_slots = 1};
      return fit_lanes(config, model.weights, options, caps, c.free_mib * kMib, 16).lanes;
    };
    EXPECT_EQ(lanes(4096), c.lanes_of_talks) << c.shape << ' ' << c.free_mib;
    EXPECT_EQ(lanes(c.caption_context), c.lanes_of_captions) << c.shape << ' ' << c.free_mib;
  }
}

}  // namespace
}  // namespace lapilli
