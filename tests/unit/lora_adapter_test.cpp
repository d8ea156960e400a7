// SPDX-License-Identifier: Apache-2.0
#include "engine/io/lora_adapter.h"

#include "engine/io/lora_config.h"
#include "engine/io/lora_names.h"
#include "engine/io/safetensors.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

#include <cmath>
#include <limits>

namespace lapilli {
namespace {

constexpr auto kBad = ErrorCode::kBadFile;
constexpr auto kUnsupported = ErrorCode::kUnsupported;

std::string config_with(const std::string& fields) {
  return R"({"peft_type":"LORA","r":2,"lora_alpha":8)" + (fields.empty() ? "" : "," + fields) + "}";
}

TEST(LoraConfig, ReadsScalesAndPatterns) {
  const auto config = parse_lora_config(config_with(
      R"("rank_pattern":{"q_proj":4,"^layers.1.v_proj":8},"alpha_pattern":{"layers\\.0\\.q_proj":2},"target_modules":["x"])"));
  ASSERT_TRUE(config) << config.error().what();
  EXPECT_EQ(config->scale_of("layers.0.k_proj").value(), 4.0f);
  EXPECT_EQ(config->rank_of("layers.1.q_proj").value(), 4u);
  EXPECT_EQ(config->scale_of("layers.1.q_proj").value(), 2.0f);
  EXPECT_EQ(config->scale_of("layers.0.q_proj").value(), 0.5f);
  EXPECT_EQ(config->rank_of("layers.1.v_proj").value(), 8u);
  EXPECT_EQ(config->rank_of("model.layers.1.v_proj").value(), 2u);
  EXPECT_EQ(config->rank_of("layers.0.xq_proj").value(), 2u);
  const auto stabilized = parse_lora_config(config_with(R"("use_rslora":true)"));
  EXPECT_EQ(stabilized->scale_of("x").value(), static_cast<float>(8 / std::sqrt(2.0)));
  const auto clash = parse_lora_config(config_with(R"("rank_pattern":{"proj":4,"q.proj":8})"));
  EXPECT_REFUSED(clash->rank_of("q.proj"), kUnsupported, "two patterns");
}

TEST(LoraConfig, RefusesOtherKindsOfAdapters) {
  EXPECT_REFUSED(parse_lora_config(R"({"peft_type":"IA3","r":2,"lora_alpha":8})"), kUnsupported, "\"IA3\"");
  EXPECT_REFUSED(parse_lora_config(config_with(R"("use_dora":true)")), kUnsupported, "use_dora");
  EXPECT_REFUSED(parse_lora_config(config_with(R"("init_lora_weights":"pissa_niter_4")")), kUnsupported,
                 "pissa");
  EXPECT_REFUSED(parse_lora_config(config_with(R"("layer_replication":[[0,4]])")), kUnsupported,
                 "layer_replication");
  EXPECT_REFUSED(parse_lora_config(config_with(R"("rank_pattern":{".*q_proj":4})")), kUnsupported,
                 "regular expression");
  for (const char* kind : {"true", "false", "\"gaussian\"", "null"}) {
    EXPECT_TRUE(parse_lora_config(config_with(text("\"init_lora_weights\":", kind))));
  }
}

TEST(LoraConfig, RefusesWrongValues) {
  EXPECT_REFUSED(parse_lora_config("{}"), kBad, "has no \"peft_type\"");
  EXPECT_REFUSED(parse_lora_config("[]"), kBad, "not a JSON object");
  EXPECT_REFUSED(parse_lora_config(R"({"peft_type":"LORA","lora_alpha":8})"), kBad, "has no \"r\"");
  for (const char* rank : {"0", "-1", "2.0", "\"2\"", "65537"}) {
    EXPECT_REFUSED(parse_lora_config(text(R"({"peft_type":"LORA","lora_alpha":8,"r":)", rank, "}")), kBad,
                   "\"r\"");
  }
  EXPECT_REFUSED(parse_lora_config(R"({"peft_type":"LORA","r":2,"lora_alpha":"8"})"), kBad, "lora_alpha");
  EXPECT_REFUSED(parse_lora_config(config_with(R"("bias":"some")")), kBad, "bias");
  EXPECT_REFUSED(parse_lora_config(config_with(R"("use_rslora":1)")), kBad, "use_rslora");
}

TEST(LoraNames, TakesTheWrappingOff) {
  const auto check = [](const char* name, LoraPart part, const char* target) {
    const auto parsed = parse_lora_name(name);
    ASSERT_TRUE(parsed) << name;
    EXPECT_EQ(parsed->part, part) << name;
    EXPECT_EQ(parsed->target, target) << name;
  };
  check("base_model.model.model.layers.0.q_proj.lora_A.weight", LoraPart::kA, "model.layers.0.q_proj");
  check("base_model.model.model.layers.0.q_proj.lora_B.default.weight", LoraPart::kB,
        "model.layers.0.q_proj");
  check("base_model.model.q.lora_B.bias", LoraPart::kBiasOfB, "q");
  check("base_model.model.embed.lora_embedding_A", LoraPart::kEmbeddingA, "embed");
  check("base_model.model.embed.lora_embedding_B.default", LoraPart::kEmbeddingB, "embed");
  check("base_model.model.q.lora_magnitude_vector", LoraPart::kMagnitude, "q");
  check("base_model.model.q.lora_magnitude_vector.default.weight", LoraPart::kMagnitude, "q");
  check("base_model.model.q.base_layer.weight", LoraPart::kBaseCopy, "q.base_layer.weight");
  check("base_model.model.q.base_layer.bias", LoraPart::kBaseBias, "q.bias");
  check("base_model.model.lm_head.weight", LoraPart::kWhole, "lm_head.weight");
  check("base_model.model.lm_head.modules_to_save.weight", LoraPart::kWhole, "lm_head.weight");
  check("base_model.model.lm_head.modules_to_save.default.weight", LoraPart::kWhole, "lm_head.weight");
  check("base_model.model.lm_head.original_module.weight", LoraPart::kBaseCopy,
        "lm_head.original_module.weight");
  EXPECT_FALSE(parse_lora_name("base_model.model.q.lora_C.weight"));
  EXPECT_FALSE(parse_lora_name("base_model.model.q.lora_A.a.b.weight"));
}

TEST(LoraNames, CleansNonLoraNamesLikeLlava) {
  EXPECT_EQ(clean_non_lora_names({"base_model.model.model.mm_projector.0.weight"}),
            (std::vector<std::string>{"model.mm_projector.0.weight"}));
  EXPECT_EQ(clean_non_lora_names({"model.mm_projector.0.weight", "lm_head.weight"}),
            (std::vector<std::string>{"model.mm_projector.0.weight", "lm_head.weight"}));
  EXPECT_EQ(clean_non_lora_names({"base_model.model.model.x", "base_model.model.lm_head.weight"}),
            (std::vector<std::string>{"model.x", "lm_head.weight"}));
}

class LoraFolder : public test::TemporaryFolder {
 protected:
  struct Matrix {
    std::string name;
    std::vector<uint64_t> shape;
    std::vector<float> values;
  };
  void write(const std::vector<Matrix>& matrices, const std::string& fields = {},
             const char* file = "adapter_model.safetensors") const {
    std::vector<TensorToWrite> tensors;
    for (const Matrix& matrix : matrices) {
      tensors.push_back({.name = matrix.name,
                         .type = stored_type(DType::f32),
                         .shape = matrix.shape,
                         .data = std::as_bytes(std::span(matrix.values))});
    }
    ASSERT_TRUE(write_safetensors(folder() / file, tensors));
    ASSERT_TRUE(replace_file(folder() / "adapter_config.json", as_bytes(config_with(fields))));
  }
  [[nodiscard]] Result<LoraAdapter> open() const { return open_lora_folder(folder()); }
};

const std::vector<uint64_t> kShape = {3, 4};
// A = [[1,2,3,4],[0,1,0,-1]], B = [[1,0],[0,1],[2,-1]]; B·A = [[1,2,3,4],[0,1,0,-1],[2,3,6,9]]; scale 8/2.
const std::vector<float> kA = {1, 2, 3, 4, 0, 1, 0, -1};
const std::vector<float> kB = {1, 0, 0, 1, 2, -1};
const std::vector<float> kMerged = {5, 9, 13, 17, 1, 5, 1, -3, 9, 13, 25, 37};

TEST_F(LoraFolder, MergesALinearLayerInPieces) {
  write({{"base_model.model.q.lora_A.weight", {2, 4}, kA}, {"base_model.model.q.lora_B.weight", {3, 2}, kB}});
  const auto adapter = open();
  ASSERT_TRUE(adapter) << adapter.error().what();
  ASSERT_EQ(adapter->updates.size(), 1u);
  EXPECT_EQ(adapter->updates[0].weight, "q.weight");
  const auto factors = load_factors(adapter->updates[0], kShape);
  ASSERT_TRUE(factors) << factors.error().what();
  std::vector<float> weight(12, 1.0f);
  merge_lora(std::span(weight).first(4), 0, *factors);
  merge_lora(std::span(weight).subspan(4), 1, *factors);
  EXPECT_EQ(weight, kMerged);
}

TEST_F(LoraFolder, TransposesForEmbeddingsAndFanInFanOut) {
  // The same product for a weight stored [in, out], as PEFT's transpose(B @ A) gives it.
  const std::vector<float> turned = {5, 1, 9, 9, 5, 13, 13, 1, 25, 17, -3, 37};
  const auto check = [&](const Result<LoraAdapter>& adapter) {
    ASSERT_TRUE(adapter) << adapter.error().what();
    const auto factors = load_factors(adapter->updates.at(0), std::vector<uint64_t>{4, 3});
    ASSERT_TRUE(factors) << factors.error().what();
    std::vector<float> weight(12, 1.0f);
    merge_lora(weight, 0, *factors);
    EXPECT_EQ(weight, turned);
  };
  write({{"base_model.model.e.lora_embedding_A", {2, 4}, kA},
         {"base_model.model.e.lora_embedding_B", {3, 2}, kB}});
  check(open());
  write({{"base_model.model.q.lora_A.weight", {2, 4}, kA}, {"base_model.model.q.lora_B.weight", {3, 2}, kB}},
        R"("fan_in_fan_out":true)");
  check(open());
}

TEST_F(LoraFolder, CollectsReplacementsAndNonLoraTrainables) {
  write({{"model.mm_projector.0.weight", {1}, {3}}}, "", "non_lora_trainables.bin");
  write({{"base_model.model.q.lora_A.weight", {2, 4}, kA},
         {"base_model.model.q.lora_B.weight", {3, 2}, kB},
         {"base_model.model.q.lora_B.bias", {3}, {1, 2, 3}},
         {"base_model.model.q.base_layer.weight", {1}, {1}},
         {"base_model.model.q.base_layer.bias", {1}, {1}},
         {"base_model.model.lm_head.weight", {1}, {2}}});
  const auto adapter = open();
  ASSERT_TRUE(adapter) << adapter.error().what();
  EXPECT_NE(adapter->updates[0].bias, nullptr);
  std::string names;
  for (const LoraReplacement& replacement : adapter->replacements) names += replacement.name + " ";
  EXPECT_EQ(names, "lm_head.weight model.mm_projector.0.weight ");
}

TEST_F(LoraFolder, RefusesBrokenAdapters) {
  const Matrix a = {"base_model.model.q.lora_A.weight", {2, 4}, kA};
  const Matrix b = {"base_model.model.q.lora_B.weight", {3, 2}, kB};
  EXPECT_REFUSED(open(), ErrorCode::kNotFound, "adapter_config.json");
  ASSERT_TRUE(replace_file(folder() / "adapter_config.json", as_bytes(config_with(""))));
  EXPECT_REFUSED(open(), ErrorCode::kNotFound, "neither adapter_model.safetensors nor");
  write({a});
  EXPECT_REFUSED(open(), kBad, "has no counterpart");
  write({a, b, {"base_model.model.q.lora_A.other.weight", {2, 4}, kA}});
  EXPECT_REFUSED(open(), kBad, "same part of one module");
  write({a, b}, R"("rank_pattern":{"q":1})");
  EXPECT_REFUSED(open(), kBad, "the configuration says rank 1");
  write({a, {"base_model.model.q.lora_B.weight", {6}, kB}});
  EXPECT_REFUSED(open(), kUnsupported, "only matrices");
  write({a, b, {"base_model.model.q.lora_magnitude_vector", {1}, {1}}});
  EXPECT_REFUSED(open(), kUnsupported, "DoRA");
  write({a, b, {"base_model.model.q.lora_C.weight", {1}, {1}}});
  EXPECT_REFUSED(open(), kUnsupported, "no known part");
  write({a,
         b,
         {"base_model.model.h.weight", {1}, {1}},
         {"base_model.model.h.modules_to_save.weight", {1}, {1}}});
  EXPECT_REFUSED(open(), kBad, "a second time");
}

TEST_F(LoraFolder, RefusesFactorsThatDoNotFitTheBaseModel) {
  auto broken = kA;
  broken[5] = std::numeric_limits<float>::quiet_NaN();
  write({{"base_model.model.q.lora_A.weight", {2, 4}, broken},
         {"base_model.model.q.lora_B.weight", {3, 2}, kB}});
  const auto adapter = open();
  ASSERT_TRUE(adapter) << adapter.error().what();
  EXPECT_REFUSED(load_factors(adapter->updates[0], kShape), kBad, "holds nan at element 5");
  EXPECT_REFUSED(load_factors(adapter->updates[0], std::vector<uint64_t>{4, 3}), ErrorCode::kShape,
                 "changes [3, 4], the base model's weight is [4, 3]");
  EXPECT_REFUSED(load_factors(adapter->updates[0], std::vector<uint64_t>{12}), ErrorCode::kShape, "[12]");
}

}  // namespace
}  // namespace lapilli
