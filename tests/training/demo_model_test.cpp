// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/runtime/export_gguf.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"
#include "training/demo/demo_start.h"
#include "training/demo/train_vocabulary.h"

#include <cmath>

namespace lapilli::demo {
namespace {

class DemoModel : public test::TemporaryFolder {
 protected:
  std::string vocabulary_ = train_demo_vocabulary(vocabulary_texts({}, 600), 640).value();
};

std::vector<float> values(const WeightSource& source) {
  std::vector<float> result(source.type.shape.elements());
  source.read(0, std::as_writable_bytes(std::span(result))).value();
  return result;
}

const WeightSource& weight(const LoadedModel& model, std::string_view name) {
  for (const WeightSource& source : model.weights)
    if (source.name == name) return source;
  throw Error(ErrorCode::kInternal, text("there is no weight ", name));
}

double spread(const std::vector<float>& numbers) {
  double squares = 0;
  for (const float number : numbers) squares += double{number} * number;
  return std::sqrt(squares / static_cast<double>(numbers.size()));
}

TEST_F(DemoModel, HasScaledWeights) {
  const LoadedModel model = demo_model(vocabulary_, 1).value();
  EXPECT_NEAR(spread(values(weight(model, "token_embedding"))), 0.3, 0.01);
  EXPECT_NEAR(spread(values(weight(model, "lm_head"))), 0.02, 0.001);
  EXPECT_NEAR(spread(values(weight(model, "layers.0.wq"))), 1 / std::sqrt(160.0), 0.002);
  EXPECT_NEAR(spread(values(weight(model, "layers.1.w_down"))), 1 / std::sqrt(480.0 * 8), 0.0005);
  EXPECT_NEAR(spread(values(weight(model, "vision.layers.1.fc2.weight"))), 1 / std::sqrt(480.0 * 6), 0.0005);
  // Its pixels are as much smaller: 588 of a patch against 160.
  EXPECT_NEAR(spread(values(weight(model, "vision.patch_embedding"))), 588.0 / 160 / std::sqrt(588.0), 0.005);
  EXPECT_NEAR(model.config.vision->std[0], 0.26862954 * 588 / 160, 1e-5);
  EXPECT_EQ(values(weight(model, "layers.0.attn_norm")), std::vector<float>(160, 1.0f));
  EXPECT_NE(values(weight(model, "layers.0.wq")), values(weight(model, "layers.0.wk")));
  EXPECT_NE(values(weight(model, "layers.0.wq")),
            values(weight(demo_model(vocabulary_, 2).value(), "layers.0.wq")));
}

TEST_F(DemoModel, KnowsWherePatchesAre) {
  const LoadedModel model = demo_model(vocabulary_, 1).value();
  const std::vector<float> positions = values(weight(model, "vision.position_embedding"));
  ASSERT_EQ(positions.size(), 37u * 160);
  const auto row = [&](size_t index) { return std::span(positions).subspan(index * 160, 160); };
  for (const float value : row(0)) EXPECT_EQ(value, 0);
  // Patch 8 is the third of the second line.
  EXPECT_NEAR(row(1 + 8)[0], std::sin(2.0), 1e-6);
  EXPECT_NEAR(row(1 + 8)[40 + 20], std::cos(2 / std::sqrt(10.0)), 1e-6);
  EXPECT_NEAR(row(1 + 8)[80], std::sin(1.0), 1e-6);
  EXPECT_NEAR(row(1 + 8)[120 + 20], std::cos(1 / std::sqrt(10.0)), 1e-6);
}

TEST_F(DemoModel, ReadsRowsAnywhere) {
  const LoadedModel model = demo_model(vocabulary_, 1).value();
  for (const char* name : {"layers.0.w_gate", "vision.position_embedding"}) {
    const WeightSource& source = weight(model, name);
    const std::vector<float> all = values(source);
    std::vector<float> two(2 * source.type.shape.cols());
    source.read(5, std::as_writable_bytes(std::span(two))).value();
    EXPECT_TRUE(std::equal(two.begin(), two.end(),
                           all.begin() + static_cast<std::ptrdiff_t>(5 * source.type.shape.cols())))
        << name;
  }
}

TEST_F(DemoModel, GoesThroughGguf) {
  const LoadedModel model = demo_model(vocabulary_, 1).value();
  for (const FileType type : {FileType::f32, FileType::f16}) {
    const auto path = folder() / std::string(to_string(type)) / "demo.gguf";
    std::filesystem::create_directories(path.parent_path());
    ASSERT_EQ(export_gguf(model, path, {.type = type}).value().files.size(), 2u);
    const LoadedModel loaded = load_model({.model = path}, DType::f32).value();
    EXPECT_EQ(loaded.config.vision->patches(), 36u);
    EXPECT_EQ(loaded.config.language.context, 512u);
    EXPECT_EQ(chat_template_of(loaded).name, "vicuna_v1");
    EXPECT_EQ(loaded.tokenizer->encode("USER: a red circle", {}),
              model.tokenizer->encode("USER: a red circle", {}));
    ASSERT_EQ(loaded.weights.size(), model.weights.size());
    if (type != FileType::f32) continue;
    for (size_t index = 0; index < model.weights.size(); ++index) {
      EXPECT_EQ(loaded.weights[index].name, model.weights[index].name);
      EXPECT_EQ(values(loaded.weights[index]), values(model.weights[index])) << model.weights[index].name;
    }
  }
}

TEST_F(DemoModel, StartsTraining) {
  const auto path =
      make_demo_start(folder() / "start", {.vocabulary_size = 640, .vocabulary_scenes = 600}).value();
  const LoadedModel loaded = load_model({.model = path}, DType::f32).value();
  EXPECT_EQ(loaded.config.language.vocab, 640u);
  EXPECT_TRUE(loaded.config.vision);
  EXPECT_EQ(Tokenizer::open(folder() / "start/tokenizer.model").value().size(), 640);
}

TEST_F(DemoModel, RefusesWhatDoesNotFit) {
  EXPECT_REFUSED(demo_model("no vocabulary", 1), ErrorCode::kBadFile, "");
  EXPECT_REFUSED(demo_model(vocabulary_, 1, {.image_size = 100}), ErrorCode::kBadFile, "100");
}

}  // namespace
}  // namespace lapilli::demo
