// SPDX-License-Identifier: Apache-2.0
// Losses of six AdamW steps and every gradient's norm against the original implementation.
#include "engine/runtime/load_model.h"
#include "engine/runtime/picture.h"
#include "engine/runtime/prompt.h"
#include "tests/model/model_fixture.h"
#include "tests/support/device_fixture.h"
#include "training/batch.h"

namespace lapilli::training {
namespace {

using namespace lapilli::test;

/// Sums in another order than PyTorch's.
constexpr double kLossTolerance = 1e-4;
constexpr double kGradientTolerance = 1e-4;
constexpr const char* kPicture = "coco_000000039769.jpg";

/// The reference's name of a weight, as its gradients are listed.
std::string reference_name(std::string name) {
  const auto renamed = [&](std::string_view from, std::string_view to) {
    if (const size_t at = name.find(from); at != std::string::npos) name.replace(at, from.size(), to);
  };
  if (name == "lm_head") return "lm_head.weight";
  if (name == "token_embedding") return "model.language_model.embed_tokens.weight";
  if (name == "final_norm") return "model.language_model.norm.weight";
  if (name.starts_with("projector.")) {
    renamed("projector.0", "model.multi_modal_projector.linear_1");
    renamed("projector.1", "model.multi_modal_projector.linear_2");
    return name;
  }
  constexpr std::pair<std::string_view, std::string_view> kParts[] = {
      {".wq", ".self_attn.q_proj"},
      {".wk", ".self_attn.k_proj"},
      {".wv", ".self_attn.v_proj"},
      {".wo", ".self_attn.o_proj"},
      {".w_gate", ".mlp.gate_proj"},
      {".w_up", ".mlp.up_proj"},
      {".w_down", ".mlp.down_proj"},
      {".attn_norm", ".input_layernorm"},
      {".mlp_norm", ".post_attention_layernorm"}};
  for (const auto& [from, to] : kParts) renamed(from, to);
  return "model.language_model." + name + ".weight";
}

class TrainingOracle : public GpuTest {
 protected:
  void SetUp() override {
    GpuTest::SetUp();
    const auto shared = shared_data();
    if (!shared) GTEST_SKIP() << "no shared data";
    folder_ = *shared / "weights" / "tiny-llava";
    expected_ = read_json(folder_ / "expected.json");
  }

  /// The case that the answer belongs to: two cats on a pink couch.
  [[nodiscard]] const nlohmann::json& example() const {
    for (const nlohmann::json& one : expected_["cases"]) {
      if (one["image"] == kPicture) return one;
    }
    throw std::runtime_error("the expected values have no such case");
  }

  /// Its prompt with the given answer as labels.
  [[nodiscard]] Sample sample(const nlohmann::json& stage, const std::string& aspect,
                              uint32_t image_rows) const {
    const nlohmann::json& prompt = example()[aspect];
    Sample result;
    const auto append = [&](const nlohmann::json& ids, bool learned) {
      for (const int32_t id : ids) {
        result.ids.push_back(id);
        result.labels.push_back(learned ? id : kIgnoredLabel);
      }
    };
    append(prompt["input_ids_before_image"], false);
    result.pictures.push_back({0, static_cast<uint32_t>(result.ids.size()), image_rows});
    result.ids.insert(result.ids.end(), image_rows, kImageToken);
    result.labels.insert(result.labels.end(), image_rows, kIgnoredLabel);
    append(prompt["input_ids_after_image"], false);
    append(stage["answer_ids"], true);
    return result;
  }

  void check(const nlohmann::json& stage, const Recipe::Train& train, bool recompute) {
    const LoadedModel model = load_model({.model = folder_ / "model"}, DType::f32).value();
    const Sample only = sample(stage, "crop", model.config.vision->image_rows());
    const MicroStepShape shape = shape_of({&only, 1});
    Recipe recipe;
    recipe.train = train;
    Session session(device(), DeviceEnvironment::instance().pipelines(), model,
                    parameters_of(model.config, recipe, DType::f32),
                    {.activation = DType::f32, .recompute = recompute});
    session.reserve(shape);
    const Picture picture =
        open_picture(folder_ / "images" / kPicture, model.config,
                     {.aspect = aspect_policy_from_string("crop"), .orientation = OrientationPolicy::kIgnore})
            .value();
    session.set_picture(0, picture.pixels);
    const MicroBatch batch = make_micro_batch({&only, 1}, shape, model.config.vision->image_rows());
    const float share = 1.0f / static_cast<float>(count_labels(only));

    for (uint32_t step = 0; step < stage["losses"].size(); ++step) {
      session.accumulate(batch, share, 1.0f);
      if (step == 0) check_gradients(session, stage["grads_step0"]);
      const double loss = session.take_loss(), wanted = stage["losses"][step];
      EXPECT_NEAR(loss, wanted, kLossTolerance * wanted) << "loss of step " << step;
      ops::AdamwSettings settings{.learning_rate = stage["lr"],
                                  .complement1 = static_cast<float>(1 - 0.9),
                                  .complement2 = static_cast<float>(1 - 0.999),
                                  .epsilon = 1e-8f,
                                  .weight_decay = 0.0f,
                                  .correction1 = static_cast<float>(1 - std::pow(0.9, step + 1)),
                                  .correction2 = static_cast<float>(1 - std::pow(0.999, step + 1)),
                                  .gradient_factor = 1.0f};
      std::map<std::string, ops::AdamwSettings> groups;
      for (const Parameter& parameter : session.parameters()) groups[parameter.group] = settings;
      session.update(groups);
    }
  }

  static void check_gradients(Session& session, const nlohmann::json& wanted) {
    double squares = 0;
    for (size_t index = 0; index < session.parameters().size(); ++index) {
      const std::string name = reference_name(session.parameters()[index].name);
      ASSERT_TRUE(wanted.contains(name)) << name;
      const std::vector<float> gradient = session.read(index, ParameterState::kGradient);
      double sum = 0;
      for (const float value : gradient) sum += double{value} * value;
      squares += sum;
      const double norm = wanted[name]["norm"];
      EXPECT_NEAR(std::sqrt(sum), norm, kGradientTolerance * norm) << name;
      for (size_t element = 0; element < 4; ++element) {
        EXPECT_NEAR(gradient[element], wanted[name]["first4"][element].get<double>(),
                    kGradientTolerance * norm)
            << name << ", element " << element;
      }
    }
    EXPECT_EQ(session.parameters().size(), wanted.size());
    EXPECT_NEAR(session.gradient_norm(), std::sqrt(squares), 1e-5 * std::sqrt(squares));
  }

  std::filesystem::path folder_;
  nlohmann::json expected_;
};

TEST_F(TrainingOracle, StageOneLearnsTheProjector) {
  check(expected_["train_stage1_projector_only"], {.projector = true}, false);
}

TEST_F(TrainingOracle, StageTwoLearnsProjectorAndLanguageModel) {
  check(expected_["train_stage2_projector_and_llm"],
        {.projector = true, .language_model = LanguageModelTraining::kFull}, false);
}

TEST_F(TrainingOracle, RecomputedBlocksGiveTheSame) {
  check(expected_["train_stage2_projector_and_llm"],
        {.projector = true, .language_model = LanguageModelTraining::kFull}, true);
}

}  // namespace
}  // namespace lapilli::training
