// SPDX-License-Identifier: Apache-2.0
#include "tests/ops/rope_table.h"
#include "tests/reference/attention.h"
#include "tests/support/op_case.h"
#include "tests/support/vjp_case.h"

namespace lapilli::test {
namespace {

class RopeVjp : public GpuTest {
 protected:
  std::mt19937 generator_{5};
};

TEST_F(RopeVjp, BothPairingsAndDirectionsOfUse) {
  const std::vector<int32_t> positions = {0, 5, 1, 112, 40};
  for (const DType dtype : kFloatStorage) {
    for (const uint64_t head_dim : {2u, 6u, 64u}) {
      for (const bool interleaved : {false, true}) {
        for (const DeviceType device : {DeviceType::kSoftware, DeviceType::kDiscrete}) {
          const HostTensor x = HostTensor::random({dtype, {positions.size(), 3 * head_dim}}, generator_);
          const auto pairing = interleaved ? ops::RopePairing::kInterleaved : ops::RopePairing::kHalves;
          check_vjp(
              {.inputs = {x, HostTensor::of_ints(positions), angle_table(113, head_dim)},
               .wanted = {true, false, false},
               .adjust_caps = [&](DeviceCaps& caps) { caps.type = device; },
               .what = text("rope ", interleaved ? "interleaved" : "halves")},
              [&](auto& in) { return ops::rope(in[0], in[1], in[2], pairing); },
              [&](const auto& in) {
                return reference::rope(in[0], positions, head_dim, kBase, interleaved);
              });
        }
      }
    }
  }
}

/// More rows than groups in one dimension: turned back, what was turned is what it was.
TEST_F(RopeVjp, TheBackwardRotationUndoesTheForwardOne) {
  std::vector<int32_t> positions(65543);
  for (size_t row = 0; row < positions.size(); ++row) positions[row] = static_cast<int32_t>(row % 29);
  const HostTensor x = HostTensor::random({DType::f32, {positions.size(), 4}}, generator_);
  const HostTensor y =
      run_op({.inputs = {x, HostTensor::of_ints(positions), angle_table(29, 4)}}, [](auto& in) {
        const auto pairing = ops::RopePairing::kHalves;
        const Tensor turned = ops::rope(in[0], in[1], in[2], pairing);
        return ops::rope(turned, in[1], in[2], pairing, ops::RopeDirection::kBackward);
      });
  expect_close(y.values(), x.values(), kExactF32, "rope and back");
}

TEST_F(RopeVjp, TheTableHasNoGradient) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {6, 64}});
  const Tensor positions = graph.input("positions", {DType::i32, {6}});
  const Tensor table = graph.input("table", {DType::f32, {10, 16}});
  const Tensor y = ops::rope(x, positions, table, ops::RopePairing::kHalves);
  const ops::Seed seed{y, graph.input("dy", y.type())};
  EXPECT_THROW((void)ops::gradients(graph, {&seed, 1}, std::array{table}), Error);
}

}  // namespace
}  // namespace lapilli::test
