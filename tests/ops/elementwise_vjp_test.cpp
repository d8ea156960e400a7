// SPDX-License-Identifier: Apache-2.0
#include "tests/support/op_case.h"
#include "tests/support/vjp_case.h"

#include <optional>

namespace lapilli::test {
namespace {

class ElementwiseVjp : public GpuTest {
 protected:
  std::mt19937 generator_{1};
};

TEST_F(ElementwiseVjp, Convert) {
  for (const DType from : kFloatStorage) {
    for (const DType to : kFloatStorage) {
      const HostTensor x = HostTensor::random({from, {3, 5}}, generator_);
      check_vjp(
          {.inputs = {x}, .wanted = {true}, .what = "convert"},
          [&](auto& in) { return ops::convert(in[0], to); }, [](const auto& in) { return in[0]; });
    }
  }
}

/// The graph keeps nothing of a part but what others read, and the gradients are the same.
TEST_F(ElementwiseVjp, APartComputedAgainHasTheSameGradients) {
  const HostTensor x = HostTensor::random({DType::f32, {3, 5}}, generator_);
  const auto build = [](bool again) {
    return [again](Graph& graph, const std::vector<Tensor>& in) -> std::vector<Tensor> {
      Tensor y = in[0];
      for (int part = 0; part < 3; ++part) {
        std::optional<Graph::Recomputed> recomputed;
        if (again) recomputed.emplace(graph);
        y = ops::convert(ops::convert(y, DType::f16), DType::f32);
      }
      const ops::Seed seed{y, in[1]};
      const std::vector<Tensor> wanted = {in[0]};
      return ops::gradients(graph, {&seed, 1}, wanted);
    };
  };
  const auto kept = run_graph({.inputs = {x, x}}, build(false));
  const auto again = run_graph({.inputs = {x, x}}, build(true));
  EXPECT_EQ(kept[0].bytes, again[0].bytes);
}

}  // namespace
}  // namespace lapilli::test
