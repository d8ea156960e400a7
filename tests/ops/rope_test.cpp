// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/ops.h"
#include "tests/ops/rope_table.h"
#include "tests/reference/attention.h"
#include "tests/support/device_fixture.h"
#include "tests/support/op_runner.h"

#include <gtest/gtest.h>

namespace lapilli::test {
namespace {

class RopeTest : public GpuTest {
 protected:
  static void check(DType dtype, uint64_t heads, uint64_t head_dim, const std::vector<int32_t>& positions,
                    uint64_t context, std::optional<uint32_t> live_rows = std::nullopt) {
    for (const bool interleaved : {false, true}) {
      std::mt19937 generator(3);
      const TensorType type{dtype, {positions.size(), heads * head_dim}, live_rows.has_value()};
      const std::vector<HostTensor> in = {HostTensor::random(type, generator), HostTensor::of_ints(positions),
                                          angle_table(context, head_dim)};
      const auto pairing = interleaved ? ops::RopePairing::kInterleaved : ops::RopePairing::kHalves;
      auto actual = run_op({.inputs = in, .live_rows = live_rows}, [&](const std::vector<Tensor>& t) {
                      return ops::rope(t[0], t[1], t[2], pairing);
                    }).values();
      auto expected = reference::rope(in[0].values(), positions, head_dim, kBase, interleaved);
      const size_t live = live_rows.value_or(static_cast<uint32_t>(positions.size())) * heads * head_dim;
      for (size_t at = live; at < actual.size(); ++at) ASSERT_TRUE(std::isnan(actual[at])) << at;
      actual.resize(live);
      expected.resize(live);
      expect_close(actual, expected, tolerance_of(dtype),
                   text("rope ", type, interleaved ? " interleaved" : " halves", " head_dim ", head_dim));
    }
  }
};

TEST_F(RopeTest, BothPairingsInEveryStorageType) {
  for (const DType dtype : {DType::f32, DType::f16, DType::bf16}) {
    check(dtype, 3, 64, {0, 1, 2, 5, 112, 7, 40}, 113);
  }
}

TEST_F(RopeTest, HeadSizes) {
  for (const uint64_t head_dim : {2, 6, 8, 48, 80, 128}) check(DType::f32, 5, head_dim, {3, 0, 28}, 29);
}

TEST_F(RopeTest, OnlyLiveRows) {
  check(DType::f32, 2, 8, {4, 5, 6, 7}, 29, 3);
}

TEST_F(RopeTest, MoreRowsThanGroupsInOneDimension) {
  std::vector<int32_t> positions(65543);
  for (size_t row = 0; row < positions.size(); ++row) positions[row] = static_cast<int32_t>(row % 29);
  check(DType::f32, 1, 2, positions, 29);
}

TEST(RopeShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {6, 64}});
  const Tensor positions = graph.input("positions", {DType::i32, {6}});
  const Tensor fewer = graph.input("fewer", {DType::i32, {5}});
  const Tensor table = graph.input("table", {DType::f32, {10, 16}});
  const Tensor odd = graph.input("odd", {DType::f32, {10, 24}});
  const Tensor half = graph.input("half", {DType::f16, {10, 16}});
  EXPECT_EQ(ops::rope(x, positions, table, ops::RopePairing::kHalves).type(), x.type());
  EXPECT_THROW(ops::rope(x, fewer, table, ops::RopePairing::kHalves), Error);
  EXPECT_THROW(ops::rope(x, positions, odd, ops::RopePairing::kHalves), Error);
  EXPECT_THROW(ops::rope(x, positions, half, ops::RopePairing::kHalves), Error);
  EXPECT_THROW(ops::rope(positions, positions, table, ops::RopePairing::kHalves), Error);
}

}  // namespace
}  // namespace lapilli::test
