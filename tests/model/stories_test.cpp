// SPDX-License-Identifier: Apache-2.0
// A trained LLaMA of 260 thousand parameters in every file form: the original's text and logits.
#include "engine/io/ggml_blocks.h"
#include "tests/model/model_fixture.h"

namespace lapilli::test {
namespace {

/// Sums in another order than PyTorch's, through five layers.
constexpr double kLogitError = 1e-4;

/// Logits of the whole expected text, position by position.
std::vector<float> teacher_forced(Engine& engine, const std::vector<int32_t>& ids) {
  std::vector<StepRow> rows;
  std::vector<uint32_t> all;
  for (size_t index = 0; index < ids.size(); ++index) {
    rows.push_back({.id = ids[index], .position = static_cast<int32_t>(index)});
    all.push_back(static_cast<uint32_t>(index));
  }
  engine.evaluator().evaluate(rows, all);
  std::vector<float> logits;
  for (size_t index = 0; index < ids.size(); ++index) {
    const auto one = engine.evaluator().logits(index);
    logits.insert(logits.end(), one.begin(), one.end());
  }
  return logits;
}

class Stories : public ModelTest, public testing::WithParamInterface<const char*> {};

TEST_P(Stories, TeacherForcedLogitsAndGreedyTextEqualTheOriginals) {
  LAPILLI_REQUIRE_SHARED(data);
  const auto folder = data / "weights/stories260K-hf-gguf";
  const auto expected = read_json(folder / "expected.json");
  const auto ids = expected["tokens"].get<std::vector<int32_t>>();
  const auto logits = read_values<float>(folder / "expected_logits_f32.bin");

  EngineOptions open_options = options({.model = data / "weights" / GetParam()});
  open_options.logits_of_all_rows = true;
  Engine engine = Engine::open(open_options).value();
  const std::vector<float> actual = teacher_forced(engine, ids);
  for (size_t index = 0; index < ids.size(); ++index) {
    const auto row = [index](const std::vector<float>& of_all) {
      return std::span(of_all).subspan(index * 512, 512);
    };
    ASSERT_LE(relative_error(row(actual), row(logits)), kLogitError) << "position " << index;
  }
  const std::vector<int32_t> continued = greedy(engine.evaluator(), {ids.front()}, ids.size() - 1);
  EXPECT_EQ(continued, std::vector<int32_t>(ids.begin() + 1, ids.end()));
}

INSTANTIATE_TEST_SUITE_P(Forms, Stories,
                         testing::Values("stories260K-hf-gguf/hf", "stories260K-hf-gguf/stories260K-f32.gguf",
                                         "tinyllamas-260k/stories260K.bin"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return !isalnum(static_cast<unsigned char>(c)); }, '_');
                           return name;
                         });

/// The same model with every weight expanded to f32 by the processor's decoders.
LoadedModel expanded(LoadedModel model) {
  for (WeightSource& source : model.weights) {
    const TensorType stored = source.type;
    if (stored.dtype == DType::f32) continue;
    source.type.dtype = DType::f32;
    source.read = [stored, read = source.read](uint64_t first_row, std::span<std::byte> to) -> Result<void> {
      std::vector<float> values(to.size() / sizeof(float));
      std::vector<std::byte> blocks(values.size() / stored.cols() * row_bytes(stored.dtype, stored.cols()));
      if (auto done = read(first_row, blocks); !done) return done;
      decode_row(stored.dtype, blocks, values);
      std::memcpy(to.data(), values.data(), to.size());
      return {};
    };
  }
  return model;
}

class QuantizedStories : public ModelTest, public testing::WithParamInterface<const char*> {};

TEST_P(QuantizedStories, LogitsEqualThoseOfTheSameFileExpandedToF32) {
  LAPILLI_REQUIRE_SHARED(data);
  const auto folder = data / "weights/stories260K-hf-gguf";
  const auto ids = read_json(folder / "expected.json")["tokens"].get<std::vector<int32_t>>();
  EngineOptions open_options =
      options({.model = folder / (std::string("stories260K-") + GetParam() + ".gguf")});
  open_options.logits_of_all_rows = true;
  Engine stored = Engine::open(open_options).value();
  Engine wide =
      Engine::open(open_options, expanded(load_model(open_options.paths, DType::f32).value())).value();
  constexpr double kSumsInAnotherOrder = 1e-3;
  EXPECT_LE(relative_error(teacher_forced(stored, ids), teacher_forced(wide, ids)), kSumsInAnotherOrder);
}

INSTANTIATE_TEST_SUITE_P(Types, QuantizedStories,
                         testing::Values("f16", "Q8_0", "Q5_1", "Q5_0", "Q4_1", "Q4_0"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace lapilli::test
