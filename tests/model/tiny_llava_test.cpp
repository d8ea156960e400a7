// SPDX-License-Identifier: Apache-2.0
// A small LLaVA-1.5-shaped model with random weights against the original implementation, from pixels to
// greedy ids.
#include "engine/base/half.h"
#include "engine/runtime/lane.h"
#include "engine/runtime/prompt.h"
#include "tests/model/model_fixture.h"

namespace lapilli::test {
namespace {

struct Bounds {
  double projector;
  double logits;
};
/// Sums in another order than PyTorch's.
constexpr Bounds kF32 = {1e-5, 1e-4};
/// Activations rounded to 11 significant bits after every operator.
constexpr Bounds kF16 = {5e-3, 5e-3};

constexpr double kDecidedMargin = 1e-3;  // below it, the order of sums may decide between two ids

struct Variant {
  const char* name;
  const char* model;
  Compute compute;
};

void PrintTo(const Variant& variant, std::ostream* out) {
  *out << variant.name;
}

class TinyLlava : public ModelTest, public testing::WithParamInterface<Variant> {
 protected:
  void check_case(Engine& engine, const std::filesystem::path& folder, const nlohmann::json& sample,
                  const std::string& aspect, const Bounds& bounds) {
    const nlohmann::json& expected = sample[aspect];
    const std::filesystem::path image = folder / "images" / sample["image"].get<std::string>();
    const std::string stem = image.stem().string() + "." + aspect;
    SCOPED_TRACE(stem);

    const auto policy = aspect_policy_from_string(aspect);
    const Picture picture =
        open_picture(image, engine.config(), {.aspect = policy, .orientation = OrientationPolicy::kIgnore})
            .value();
    std::vector<float> stored_pixels;  // rounded to f16 when they were written down
    for (const uint16_t bits : read_npy<uint16_t>(folder / (stem + ".pixel_values.f16.npy"))) {
      stored_pixels.push_back(half_to_float(bits));
    }
    EXPECT_LE(relative_error(picture.pixels, stored_pixels), 1e-3);

    std::vector<int32_t> ids = expected["input_ids_before_image"].get<std::vector<int32_t>>();
    ids.push_back(kImageToken);
    for (const int32_t id : expected["input_ids_after_image"]) ids.push_back(id);
    Evaluator& evaluator = engine.evaluator();
    PictureMemory memory(1, [&](std::span<const SlotPixels> slots) { evaluator.encode_images(slots); });
    Lane lane(evaluator, memory, 0);
    const auto items = expand_prompt(ids, std::span(&picture, 1), engine.config().vision->image_rows());
    EXPECT_EQ(items.size(), expected["n_tokens"].get<size_t>());
    lane.set_prompt(items, std::span(&picture, 1));

    const std::vector<float> projected = evaluator.read_projected();
    std::vector<float> every_16th;
    for (size_t row = 0; row < 576; row += 16)
      every_16th.insert(every_16th.end(), &projected[row * 64], &projected[row * 64] + 64);
    EXPECT_LE(relative_error(every_16th, read_npy<float>(folder / (stem + ".projector_out.f32.npy"))),
              bounds.projector);
    EXPECT_LE(relative_error(evaluator.logits(0), read_npy<float>(folder / (stem + ".last_logits.f32.npy"))),
              bounds.logits);

    if (expected["greedy_margin_min"].get<double>() < kDecidedMargin || bounds.logits > kF32.logits) return;
    const auto wanted = expected["greedy_24"].get<std::vector<int32_t>>();
    std::vector<int32_t> got = {evaluator.best_id(0)};
    while (got.size() < wanted.size()) {
      lane.append(got.back());
      got.push_back(evaluator.best_id(0));
    }
    EXPECT_EQ(got, wanted);
  }
};

TEST_P(TinyLlava, ProjectorLogitsAndGreedyIdsEqualTheOriginals) {
  LAPILLI_REQUIRE_SHARED(data);
  const auto folder = data / "weights/tiny-llava";
  const Variant& variant = GetParam();
  EngineOptions open_options = options({.model = folder / variant.model}, variant.compute);
  open_options.context = 1024;
  Engine engine = Engine::open(open_options).value();
  const nlohmann::json expected = read_json(folder / "expected.json");
  for (const auto& sample : expected["cases"]) {
    for (const char* aspect : {"crop", "pad"}) {
      check_case(engine, folder, sample, aspect, variant.compute == Compute::kF16 ? kF16 : kF32);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, TinyLlava,
                         testing::Values(Variant{"HuggingFaceF32", "model", Compute::kF32},
                                         Variant{"GgufPairF32", "tiny-llava-text-f16.gguf", Compute::kF32},
                                         Variant{"HuggingFaceF16", "model", Compute::kF16}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace lapilli::test
