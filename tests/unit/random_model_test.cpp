// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/random_model.h"

#include "engine/io/ggml_blocks.h"
#include "engine/model/weight_names.h"
#include "engine/runtime/random_weights.h"
#include "engine/runtime/shapes.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lapilli {
namespace {

constexpr DType kTypes[] = {DType::f32,  DType::f16,  DType::bf16, DType::q4_0,   DType::q4_1,
                            DType::q5_0, DType::q5_1, DType::q8_0, DType::q2_k,   DType::q3_k,
                            DType::q4_k, DType::q5_k, DType::q6_k, DType::iq4_nl, DType::iq4_xs};

std::vector<std::byte> rows_of(const RandomRows& rows, const TensorType& type, uint64_t first,
                               uint64_t count) {
  std::vector<std::byte> bytes(count * row_bytes(type.dtype, type.cols()));
  rows.fill(first, bytes);
  return bytes;
}

TEST(RandomWeights, EveryTypeIsCentredWithTheSameSpread) {
  for (const DType dtype : kTypes) {
    SCOPED_TRACE(to_string(dtype));
    const TensorType type{dtype, {64, 1024}};
    const auto bytes = rows_of(RandomRows(type, 3), type, 0, 64);
    EXPECT_TRUE(check_blocks(dtype, bytes));
    std::vector<float> values(64 * 1024);
    decode_row(dtype, bytes, values);
    double sum = 0, squares = 0;
    for (const float value : values) {
      sum += value;
      squares += double{value} * value;
    }
    const double spread = std::sqrt(squares / static_cast<double>(values.size())) * 32;  // 1/√1024
    EXPECT_GT(spread, 0.7);
    EXPECT_LT(spread, 1.4);
    EXPECT_NEAR(sum / static_cast<double>(values.size()) * 32, 0, 0.25);
  }
}

TEST(RandomWeights, ARowDependsOnSeedAndPositionAlone) {
  const TensorType type{DType::q4_k, {8, 512}};
  const auto all = rows_of(RandomRows(type, 5), type, 0, 8);
  const auto two = rows_of(RandomRows(type, 5), type, 3, 2);
  const size_t row = row_bytes(type.dtype, 512);
  EXPECT_TRUE(std::equal(two.begin(), two.end(), all.begin() + static_cast<ptrdiff_t>(3 * row)));
  EXPECT_NE(rows_of(RandomRows(type, 6), type, 3, 2), two);
}

TEST(RandomModel, HasTheTypesOfAGgufPair) {
  const ModelConfig config = find_shape("llava-7b").value();
  const LoadedModel model = random_model(config, FileType::q4_k_m, DType::f32, 1);
  EXPECT_EQ(model.weights.size(), 291u + 377u);
  const WeightTypes types = weight_types(model);
  EXPECT_EQ(types.at("layers.0.wq").dtype, DType::q4_k);
  EXPECT_EQ(types.at("layers.0.w_down").dtype, DType::q6_k);
  EXPECT_EQ(types.at("lm_head").dtype, DType::q6_k);
  EXPECT_EQ(types.at("layers.0.attn_norm").dtype, DType::f32);
  EXPECT_EQ(types.at("vision.patch_embedding").dtype, DType::f16);
  EXPECT_EQ(types.at("projector.0.weight").dtype, DType::q8_0);
}

TEST(RandomModel, EveryShapeIsAValidModel) {
  for (const std::string_view name : shape_names()) EXPECT_TRUE(validate(find_shape(name).value())) << name;
  const auto unknown = find_shape("llama-1t");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message().find("llava-7b"), std::string::npos);
}

TEST(MadeVocabulary, IsAVocabularyOfItsSize) {
  const Tokenizer tokenizer = Tokenizer::create(made_vocabulary(32000)).value();
  EXPECT_EQ(tokenizer.size(), 32000);
  const auto ids = tokenizer.encode(std::string_view("a b zz ?"), {});
  EXPECT_EQ(ids.front(), tokenizer.bos_id());
  EXPECT_EQ(tokenizer.decode(ids), "a b zz ?");
  EXPECT_THROW(static_cast<void>(made_vocabulary(258)), Error);
}

}  // namespace
}  // namespace lapilli
