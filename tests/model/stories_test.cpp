// SPDX-License-Identifier: Apache-2.0
// A trained LLaMA of 260 thousand parameters in every file form: the original's text and logits.
#include "tests/model/model_fixture.h"

namespace lapilli::test {
namespace {

/// Sums in another order than PyTorch's, through five layers.
constexpr double kLogitError = 1e-4;

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
  std::vector<StepRow> rows;
  std::vector<uint32_t> all;
  for (size_t index = 0; index < ids.size(); ++index) {
    rows.push_back({.id = ids[index], .position = static_cast<int32_t>(index)});
    all.push_back(static_cast<uint32_t>(index));
  }
  engine.evaluator().evaluate(rows, all);
  for (size_t index = 0; index < ids.size(); ++index) {
    const auto wanted = std::span(logits).subspan(index * 512, 512);
    ASSERT_LE(relative_error(engine.evaluator().logits(index), wanted), kLogitError) << "position " << index;
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

}  // namespace
}  // namespace lapilli::test
