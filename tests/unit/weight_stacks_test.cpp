// SPDX-License-Identifier: Apache-2.0
#include "engine/exec/weights.h"

#include <gmock/gmock.h>

namespace lapilli {
namespace {

WeightSource source(const char* stack, TensorType type, const char* group = "layer 0") {
  return {.name = "w", .type = type, .group = group, .stack = stack, .read = {}};
}

TEST(WeightStacks, NeighboursOfOneTypeFormOne) {
  const std::vector<WeightSource> sources = {
      source("", {DType::f32, {64}}), source("qkv", {DType::f16, {32, 64}}),
      source("qkv", {DType::f16, {16, 64}}), source("qkv", {DType::f16, {16, 64}}),
      source("", {DType::f16, {32, 64}})};
  const std::vector<WeightStack> stacks = weight_stacks(sources);
  ASSERT_EQ(stacks.size(), 1u);
  EXPECT_EQ(stacks[0].name, "qkv");
  EXPECT_EQ(stacks[0].type, (TensorType{DType::f16, {64, 64}}));
  EXPECT_EQ(stacks[0].first, 1u);
  EXPECT_EQ(stacks[0].count, 3u);
}

TEST(WeightStacks, AnotherTypeWidthOrGroupIsNotJoined) {
  EXPECT_TRUE(
      weight_stacks(std::vector{source("a", {DType::f16, {32, 64}}), source("a", {DType::f16, {32, 64}}),
                                source("a", {DType::q8_0, {32, 64}})})
          .empty());
  EXPECT_TRUE(
      weight_stacks(std::vector{source("a", {DType::f16, {32, 64}}), source("a", {DType::f16, {16, 128}})})
          .empty());
  EXPECT_TRUE(weight_stacks(std::vector{source("a", {DType::f16, {32, 64}}),
                                        source("a", {DType::f16, {32, 64}}, "layer 1")})
                  .empty());
  EXPECT_TRUE(
      weight_stacks(std::vector{source("a", {DType::f16, {32, 64}}), source("b", {DType::f16, {32, 64}})})
          .empty());
  EXPECT_TRUE(weight_stacks(std::vector{source("a", {DType::f16, {32, 64}})}).empty());
}

TEST(WeightStacks, APartThatWouldNotBeginWhereABindingMayIsNotJoined) {
  EXPECT_TRUE(weight_stacks(std::vector{source("a", {DType::f32, {3, 5}}), source("a", {DType::f32, {3, 5}})})
                  .empty());
}

}  // namespace
}  // namespace lapilli
