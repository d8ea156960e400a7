// SPDX-License-Identifier: Apache-2.0
// What a run starts from: frozen weights in fewer bits, a projector that was never trained.
#include "training/base_model.h"
#include "engine/model/weight_names.h"
#include "engine/runtime/export_gguf.h"
#include "engine/runtime/load_model.h"
#include "tests/support/expect_error.h"
#include "tests/support/small_model.h"
#include "tests/training/export_fixture.h"

#include <algorithm>
#include <set>

namespace lapilli::training {
namespace {

using namespace lapilli::test;

/// A weight's rows, sorted: files differ in the order of query and key rows.
std::multiset<std::string> rows_of(const WeightSource& source) {
  const uint64_t row = row_bytes(source.type.dtype, source.type.cols());
  std::vector<std::byte> bytes(row * source.type.rows());
  source.read(0, bytes).value();
  std::multiset<std::string> rows;
  for (uint64_t first = 0; first < bytes.size(); first += row)
    rows.emplace(reinterpret_cast<const char*>(bytes.data() + first), row);
  return rows;
}

class BaseModelTest : public ExportTest {
 protected:
  static Recipe qlora() {
    Recipe recipe = recipe_of("stage2-qlora").value();
    recipe.precision = Precision::kF32;
    return recipe;
  }
};

TEST_F(BaseModelTest, FrozenWeightsHaveTheBytesThatQuantizeWrites) {
  const LoadedModel stored = small_model({.dim = 256});
  (void)export_gguf(stored, folder() / "q.gguf", {.type = FileType::q4_k_m}).value();
  const LoadedModel written = load_model({.model = folder() / "q.gguf"}, DType::f32).value();
  const LoadedModel made = base_model(small_model({.dim = 256}), qlora()).value();
  EXPECT_NE(made.facts.weight_types.find("q4_k"), std::string::npos) << made.facts.weight_types;
  size_t quantised = 0;
  for (const WeightSource& source : made.weights) {
    if (is_vision_weight(source.name)) continue;
    const auto other = std::find_if(written.weights.begin(), written.weights.end(),
                                    [&](const WeightSource& w) { return w.name == source.name; });
    ASSERT_NE(other, written.weights.end()) << source.name;
    ASSERT_EQ(source.type.dtype, other->type.dtype) << source.name;
    EXPECT_EQ(rows_of(source), rows_of(*other)) << source.name;
    quantised += is_quantized(source.type.dtype);
  }
  EXPECT_EQ(quantised, 2 + 2 * 7u);
}

// Widths that no block of q4_k divides get other types; a model that has them all is ready.
TEST_F(BaseModelTest, WhatHasItsTypesIsTakenAsItIs) {
  LoadedModel once = base_model(small_model(), qlora()).value();
  const std::string types = once.facts.weight_types;
  ASSERT_EQ(types.find("q4_k"), std::string::npos) << types;
  const LoadedModel twice = base_model(std::move(once), qlora()).value();
  EXPECT_EQ(twice.facts.weight_types, types);
}

TEST_F(BaseModelTest, PartsOfAWeightAreThoseOfTheWhole) {
  const LoadedModel made = base_model(small_model({.dim = 256}), qlora()).value();
  const auto source = std::find_if(made.weights.begin(), made.weights.end(),
                                   [](const WeightSource& w) { return w.name == "token_embedding"; });
  const uint64_t row = row_bytes(source->type.dtype, source->type.cols());
  std::vector<std::byte> whole(row * source->type.rows()), part(row * 7);
  source->read(0, whole).value();
  source->read(13, part).value();
  EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + static_cast<ptrdiff_t>(13 * row)));
}

TEST_F(BaseModelTest, WeightsOfAnotherQuantisationAreRefused) {
  (void)export_gguf(small_model({.dim = 256}), folder() / "q.gguf", {.type = FileType::q8_0}).value();
  EXPECT_REFUSED(base_model(load_model({.model = folder() / "q.gguf"}, DType::f32).value(), qlora()),
                 ErrorCode::kInvalidArgument, "wants the frozen weights as q4_k_m, the model is stored as");
  Recipe recipe = qlora();
  recipe.base_type = "q9";
  EXPECT_REFUSED(base_model(small_model(), recipe), ErrorCode::kBadFile, "base_type");
}

/// The small LLaVA's language model and encoder in folders of their own, the projector nowhere.
class FreshProjectorTest : public BaseModelTest {
 protected:
  void SetUp() override {
    BaseModelTest::SetUp();
    write_original_folder(paths().model);
    auto config = nlohmann::json::parse(read_file(paths().model / "config.json"));
    std::erase_if(config.get_ref<nlohmann::json::object_t&>(),
                  [](const auto& entry) { return entry.first.starts_with("mm_"); });
    config["model_type"] = "llama";
    config["architectures"] = {"LlamaForCausalLM"};
    write_file(paths().model / "config.json", config.dump());
    HeldTensors weights = renamed(tiny_llava_weights(), original_name);
    std::erase_if(weights,
                  [](const auto& entry) { return entry.first.find("mm_projector") != std::string::npos; });
    write_shards(paths().model, weights, "pytorch_model", "bin");
    write_clip_folder(paths().vision);
    recipe_ = recipe_of("stage1").value();
    recipe_.precision = Precision::kF32;
    recipe_.aspect = AspectPolicy::kPad;
    recipe_.mask = MaskRule::kAnswers;
    recipe_.batch = {.size = 1, .micro = 1};
    recipe_.steps = 2;
  }
  [[nodiscard]] ModelPaths paths() const {
    return {.model = folder() / "vicuna", .vision = folder() / "clip"};
  }
  Recipe recipe_;
};

TEST_F(FreshProjectorTest, IsDrawnAsTorchDrawsLinearLayers) {
  const LoadedModel model = load_base_model(paths(), recipe_).value();
  ASSERT_TRUE(model.config.vision);
  std::set<std::string> drawn;
  for (const WeightSource& source : model.weights) {
    if (source.name.find("projector") == std::string::npos) continue;
    std::vector<float> values(source.type.shape.elements());
    source.read(0, std::as_writable_bytes(std::span(values))).value();
    const double bound = 1 / std::sqrt(32.0);  // both layers take 32 values
    double sum = 0, squares = 0, most = 0;
    for (const float value : values) {
      sum += value;
      squares += double{value} * value;
      most = std::max(most, std::abs(double{value}));
    }
    const auto count = static_cast<double>(values.size());
    EXPECT_LE(most, bound) << source.name;
    if (values.size() >= 1000) {
      EXPECT_GT(most, 0.98 * bound);
      EXPECT_NEAR(sum / count, 0, 0.1 * bound);
      EXPECT_NEAR(squares / count, bound * bound / 3, 0.05 * bound * bound);
    }
    drawn.insert(std::string(reinterpret_cast<const char*>(values.data()), 64));
  }
  EXPECT_EQ(drawn.size(), 4u) << "two matrices, two biases, all of their own";
  const LoadedModel again = load_base_model(paths(), recipe_).value();
  Recipe other = recipe_;
  other.seed = 43;
  const LoadedModel elsewhere = load_base_model(paths(), other).value();
  for (size_t index = 0; index < model.weights.size(); ++index) {
    EXPECT_EQ(rows_of(model.weights[index]), rows_of(again.weights[index]));
    if (model.weights[index].name.find("projector") != std::string::npos) {
      EXPECT_NE(rows_of(model.weights[index]), rows_of(elsewhere.weights[index]));
    }
  }
}

TEST_F(FreshProjectorTest, LearnsAndIsExported) {
  TrainerOptions options{
      .recipe = recipe_, .model = paths(), .data = {folder() / "data.json"}, .output = run()};
  options.device = device();
  const auto report = training::train(options);
  ASSERT_TRUE(report.ok()) << report.error().what();
  for (const ExportFormat format : {ExportFormat::kProjectorBin, ExportFormat::kHuggingFace}) {
    ExportModelOptions exporting = this->options(format, FileType::f32, std::string(to_string(format)));
    exporting.base = paths();
    const ExportErrors errors = exported(exporting);
    EXPECT_LE(errors.text, 1e-4);
    EXPECT_LE(errors.picture.value(), 1e-4);
  }
}

TEST_F(FreshProjectorTest, ALanguageModelAloneIsToldWhatIsMissing) {
  TrainerOptions options{.recipe = recipe_,
                         .model = {.model = paths().model},
                         .data = {folder() / "data.json"},
                         .output = run()};
  EXPECT_REFUSED(training::train(options), ErrorCode::kInvalidArgument,
                 "name a CLIP encoder's folder with --vision");
}

}  // namespace
}  // namespace lapilli::training
