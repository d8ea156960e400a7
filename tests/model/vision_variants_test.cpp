// SPDX-License-Identifier: Apache-2.0
// Every stored layer of the encoder is run and the class row comes first: the values of the original, not
// those of programs that leave a layer out or put the class row last.
#include "tests/model/model_fixture.h"

namespace lapilli::test {
namespace {

class VisionVariants : public ModelTest, public testing::WithParamInterface<const char*> {};

TEST_P(VisionVariants, EveryStoredLayerIsRunAndTheClassRowComesFirst) {
  LAPILLI_REQUIRE_SHARED(data);
  const auto folder = data / "weights/tiny-llava";
  const auto expected = read_json(folder / "vision_variants_expected.json")["layers=3,cls_last=False"];
  EngineOptions open_options = options({.model = folder / GetParam()});
  open_options.context = 64;
  Engine engine = Engine::open(open_options).value();
  EXPECT_EQ(engine.config().vision->layers, 3U);

  const Picture picture = open_picture(folder / "sq336.png", engine.config(), {}).value();
  engine.evaluator().encode_image(picture.pixels, 0);
  const std::vector<float> rows = engine.evaluator().read_projected();
  const auto first = expected["projector_patch0"].get<std::vector<float>>();
  EXPECT_LE(relative_error(std::span(rows).first(first.size()), first), 1e-4);
  double squares = 0;
  for (const float value : rows) squares += double(value) * value;
  const auto norm = expected["projector_norm"].get<double>();
  EXPECT_NEAR(std::sqrt(squares), norm, 1e-4 * norm);
}

INSTANTIATE_TEST_SUITE_P(Forms, VisionVariants, testing::Values("model", "tiny-llava-text-f16.gguf"),
                         [](const auto& test) {
                           return std::string(test.index == 0 ? "HuggingFace" : "GgufPair");
                         });

}  // namespace
}  // namespace lapilli::test
