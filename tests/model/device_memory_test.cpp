// SPDX-License-Identifier: Apache-2.0
// Too little device memory: layers that stay outside, shorter contexts, refused allocations.
#include "engine/base/units.h"
#include "engine/runtime/fit.h"
#include "engine/runtime/random_model.h"
#include "engine/runtime/shapes.h"
#include "tests/model/model_fixture.h"
#include "tests/support/small_model.h"

#include <gmock/gmock.h>

namespace lapilli::test {
namespace {

class MemoryTest : public ModelTest {
 protected:
  struct Opened {
    Result<Engine> engine;
    std::vector<Note> notes;
    [[nodiscard]] const Note* note(const std::string& code) const {
      const auto found =
          std::find_if(notes.begin(), notes.end(), [&](const Note& n) { return n.code == code; });
      return found == notes.end() ? nullptr : &*found;
    }
  };
  [[nodiscard]] static Opened open(const EngineOptions& open_options, const SmallModelOptions& model = {}) {
    std::vector<Note> notes;
    auto engine = Engine::open(open_options, small_model(model), [&](const Event& event) {
      if (const auto* note = std::get_if<Note>(&event)) notes.push_back(*note);
    });
    return {std::move(engine), std::move(notes)};
  }

  static std::vector<int32_t> some_text(Engine& engine) {
    return greedy(engine.evaluator(), {1, 300, 301, 302}, 20);
  }

  /// What everything but the weights takes.
  static uint64_t beside_weights(Engine& engine, const SmallModelOptions& model) {
    const MemoryNeed need = memory_need(engine.config(), small_model(model).weights,
                                        engine.evaluator().options(), engine.device().caps());
    return need.total_bytes() - need.weight_bytes - need.alignment_bytes;
  }
};

void expect_named(const Note* note, const Weights& weights) {
  ASSERT_NE(note, nullptr);
  ASSERT_FALSE(weights.host_groups().empty());
  for (const std::string& group : weights.host_groups())
    EXPECT_THAT(note->message, testing::HasSubstr(group));
  EXPECT_THAT(note->message,
              testing::HasSubstr(text(mebibytes(weights.host_bytes()), " stay in host memory")));
}

TEST_F(MemoryTest, LayersBeyondTheBudgetStayInHostMemoryWithTheSameResults) {
  const SmallModelOptions model{.layers = 4};
  Opened all = open(options({}), model);
  EXPECT_EQ(all.note("layers_in_host_memory"), nullptr);
  EXPECT_EQ(all.engine->weights().host_bytes(), 0u);
  const std::vector<int32_t> expected = some_text(*all.engine);

  const uint64_t total = all.engine->weights().device_bytes();
  for (const uint64_t budget : {total / 2, total / 4, uint64_t{1}}) {
    EngineOptions open_options = options({});
    open_options.device_budget_bytes = budget;
    Opened some = open(open_options, model);
    const Weights& weights = some.engine->weights();
    EXPECT_LE(weights.device_bytes(), budget);
    EXPECT_EQ(weights.device_bytes() + weights.host_bytes(), total);
    expect_named(some.note("layers_in_host_memory"), weights);
    EXPECT_EQ(some_text(*some.engine), expected);
  }
}

TEST_F(MemoryTest, OnASmallDeviceTheLastLayersStayOutside) {
  const SmallModelOptions model{.dim = 256, .layers = 4};
  EngineOptions open_options = options({});
  open_options.context = 256;
  Opened all = open(open_options, model);
  const std::vector<int32_t> expected = some_text(*all.engine);
  const uint64_t weights_bytes = all.engine->weights().device_bytes();

  open_options.device_options.memory_limit_bytes = beside_weights(*all.engine, model) + weights_bytes * 3 / 4;
  Opened small = open(open_options, model);
  ASSERT_TRUE(small.engine.ok()) << small.engine.error().what();
  const Weights& weights = small.engine->weights();
  EXPECT_GT(weights.device_bytes(), weights_bytes / 4);
  expect_named(small.note("layers_in_host_memory"), weights);
  EXPECT_EQ(weights.host_groups().back(), "output");
  EXPECT_EQ(some_text(*small.engine), expected);
}

/// What is said before loading is what loading then does.
TEST_F(MemoryTest, TheVerdictIsWhatLoadingDoes) {
  const SmallModelOptions model{.dim = 256, .layers = 4};
  EngineOptions open_options = options({});
  open_options.context = 256;
  Opened all = open(open_options, model);
  const MemoryNeed need = memory_need(all.engine->config(), small_model(model).weights,
                                      all.engine->evaluator().options(), all.engine->device().caps());
  const uint64_t total = need.total_bytes();
  for (const uint64_t limit : {total, total + total / 16 - 4096, total + total / 15 + 4096, total * 6 / 5}) {
    open_options.device_options.memory_limit_bytes = limit;
    Opened some = open(open_options, model);
    ASSERT_TRUE(some.engine.ok()) << some.engine.error().what();
    const Fit fit = judge_fit(need, {.device_bytes = limit, .host_bytes = total});
    EXPECT_EQ(fit == Fit::kNeedsHostMemory, !some.engine->weights().host_groups().empty())
        << limit << " of " << total << ": " << to_string(fit);
  }
  open_options.device_options.memory_limit_bytes = beside_weights(*all.engine, model) - 1;
  EXPECT_EQ(
      judge_fit(need, {.device_bytes = open_options.device_options.memory_limit_bytes, .host_bytes = total}),
      Fit::kDoesNotFit);
  EXPECT_FALSE(open(open_options, model).engine.ok());
}

void expect_near_estimate(Engine& engine) {
  const MemoryUse use = engine.memory_use();
  const auto estimated = static_cast<double>(use.estimated_bytes);
  const auto peak = static_cast<double>(use.peak_bytes);
  std::cout << "[ figure   ] estimated " << mebibytes(use.estimated_bytes) << ", at most "
            << mebibytes(use.peak_bytes) << ", off by " << 100 * (estimated - peak) / peak << " %\n";
  EXPECT_NEAR(estimated, peak, peak / 20);
  // It is what the device has given, and more than the weights.
  uint64_t allocated = 0;
  for (const gpu::MemoryHeap& heap : engine.device().memory_use()) {
    if (heap.device_local) allocated += heap.allocated_bytes;
  }
  EXPECT_GE(use.peak_bytes, allocated);
  EXPECT_GT(use.peak_bytes, engine.weights().device_bytes());
}

TEST_F(MemoryTest, TheEstimateIsNearThePeakOfTheDemoModel) {
  EngineOptions open_options = options({.model = "demo"});
  Engine engine = Engine::open(open_options).value();
  expect_near_estimate(engine);
  const uint64_t before = engine.memory_use().peak_bytes;
  AnswerRequest request;
  request.conversation.messages = {{.text = "What is this?", .images = 1}};
  const uint32_t size = engine.config().vision->image_size;
  request.pictures = {make_picture(std::vector<float>(size_t{3} * size * size, 0.5f))};
  request.generation.max_tokens = 8;
  static_cast<void>(engine.answer(request).value());
  expect_near_estimate(engine);
  EXPECT_EQ(engine.memory_use().peak_bytes, before) << "an answer allocates nothing";
}

TEST_F(MemoryTest, TheEstimateIsNearThePeakOfHundredsOfMegabytes) {
  for (const FileType type : {FileType::q4_k_m, FileType::f16}) {
    EngineOptions open_options = options({});
    open_options.context = 1024;
    LoadedModel model = random_model(find_shape("llama-110m").value(), type, DType::f32, 1);
    Engine engine = Engine::open(open_options, std::move(model)).value();
    EXPECT_GT(engine.memory_use().peak_bytes, uint64_t{100} << 20);
    expect_near_estimate(engine);
  }
}

TEST_F(MemoryTest, TheEstimateIsNearThePeakOfAllLanesThereWere) {
  EngineOptions open_options = options({});
  open_options.context = 1024;
  Engine engine = Engine::open(open_options, small_model({.context = 4096, .dim = 256, .layers = 4})).value();
  expect_near_estimate(engine);
  const uint64_t before = engine.memory_use().peak_bytes;
  ASSERT_TRUE(engine.set_lanes({.context = 1024, .most_lanes = 8}));
  expect_near_estimate(engine);
  const uint64_t with_lanes = engine.memory_use().peak_bytes;
  EXPECT_GT(with_lanes, 2 * before);
  ASSERT_TRUE(engine.set_lanes({.context = 1024}));
  expect_near_estimate(engine);
  EXPECT_EQ(engine.memory_use().peak_bytes, with_lanes);
}

TEST_F(MemoryTest, LayersInHostMemoryAreNotCountedAsTheDevices) {
  const SmallModelOptions model{.dim = 256, .layers = 4};
  EngineOptions open_options = options({});
  Opened all = open(open_options, model);
  open_options.device_budget_bytes = all.engine->weights().device_bytes() / 2;
  Opened some = open(open_options, model);
  ASSERT_GT(some.engine->weights().host_bytes(), 0u);
  expect_near_estimate(*some.engine);
}

TEST_F(MemoryTest, TheContextShrinksWhereMemoryIsShort) {
  const SmallModelOptions model{.context = 4096, .dim = 256, .layers = 4};
  // 4 layers of keys and values of 128 columns: 16 MiB for 4096 tokens.
  EngineOptions open_options = options({});
  open_options.device_options.memory_limit_bytes = uint64_t{24} << 20;
  Opened small = open(open_options, model);
  ASSERT_TRUE(small.engine.ok()) << small.engine.error().what();
  EXPECT_EQ(small.engine->evaluator().options().graph.context, 2048u);
  ASSERT_NE(small.note("context_reduced"), nullptr);
  EXPECT_EQ(
      small.note("context_reduced")->message,
      "The conversation is limited to 2048 tokens instead of 4096: the device has 24 MiB free for model and "
      "conversation.");
}

TEST_F(MemoryTest, TooLittleForTheCacheIsSaidBeforeAnythingIsRead) {
  EngineOptions open_options = options({});
  open_options.device_options.memory_limit_bytes = uint64_t{1} << 20;
  LoadedModel model = small_model();
  for (WeightSource& source : model.weights) {
    source.read = [](uint64_t, std::span<std::byte>) -> Result<void> {
      return Error(ErrorCode::kInternal, "a weight was read");
    };
  }
  const auto opened = Engine::open(open_options, std::move(model));
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), ErrorCode::kOutOfMemory);
  EXPECT_THAT(
      opened.error().what(),
      testing::MatchesRegex("beside its weights the model needs [0-9.]+ MiB of device memory \\([0-9.]+ "
                            "MiB of it for 1024 tokens of context\\), the device has 1.0 MiB free; a "
                            "shorter --context needs less"));
}

TEST_F(MemoryTest, EveryAllocationMayFail) {
  uint64_t allocations = 0;
  {
    Opened whole = open(options({}), {.layers = 1});
    allocations = whole.engine->device().counters().allocations;
  }
  std::cout << "[ figure   ] " << allocations << " allocations\n";
  ASSERT_GT(allocations, 10u);
  for (uint64_t failing = 1; failing <= allocations; ++failing) {
    EngineOptions open_options = options({});
    open_options.device_options.fail_allocation_at = failing;
    const Opened opened = open(open_options, {.layers = 1});
    ASSERT_FALSE(opened.engine.ok()) << failing;
    EXPECT_EQ(opened.engine.error().code(), ErrorCode::kOutOfMemory) << failing;
    EXPECT_THAT(opened.engine.error().what(), testing::HasSubstr("needs")) << failing;
  }
}

TEST_F(MemoryTest, AFailureWhileReadingAWeightNamesTheCause) {
  LoadedModel model = small_model();
  model.weights[7].read = [](uint64_t, std::span<std::byte>) -> Result<void> {
    return Error(ErrorCode::kBadFile, "holds a value that is not a number", "model.gguf: blk.0");
  };
  const auto opened = Engine::open(options({}), std::move(model));
  ASSERT_FALSE(opened.ok());
  EXPECT_STREQ(opened.error().what(), "model.gguf: blk.0: holds a value that is not a number");
}

TEST_F(MemoryTest, LoadingStopsWhenAsked) {
  std::stop_source stop;
  size_t weights_done = 0;
  const auto opened = Engine::open(
      options({}), small_model(),
      [&](const Event& event) {
        const auto* progress = std::get_if<Progress>(&event);
        if (progress && progress->stage == "loading weights" && ++weights_done == 3) stop.request_stop();
      },
      stop.get_token());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), ErrorCode::kStopped);
  EXPECT_EQ(weights_done, 3u);
}

}  // namespace
}  // namespace lapilli::test
