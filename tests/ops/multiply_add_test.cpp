// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/measure.h"
#include "tests/support/device_fixture.h"
#include "tests/support/op_runner.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lapilli::test {
namespace {

class MultiplyAdd : public GpuTest, public testing::WithParamInterface<DeviceType> {};

TEST_P(MultiplyAdd, EqualsItsClosedForm) {
  std::mt19937 generator(3);
  for (const uint64_t elements : {16, 48, 128, 1040}) {
    const HostTensor x = HostTensor::random({DType::f32, {elements}}, generator);
    const HostTensor y =
        run_op({.inputs = {x}, .adjust_caps = [](DeviceCaps& caps) { caps.type = GetParam(); }},
               [](const std::vector<Tensor>& in) { return ops::multiply_add(in[0], 24); });
    // x · fⁿ + s · (1 − fⁿ) / (1 − f)
    const double power = std::pow(0.75, 24);
    std::vector<double> expected = x.values();
    for (double& value : expected) value = value * power + 0.5 * (1 - power) / 0.25;
    // Every round shrinks the error of the one before.
    expect_close(y.values(), expected, {.nmse = 1e-13, .max_difference = 1e-6},
                 text("multiply_add ", elements));
  }
}

INSTANTIATE_TEST_SUITE_P(Devices, MultiplyAdd, testing::Values(DeviceType::kSoftware, DeviceType::kDiscrete),
                         [](const auto& suite) {
                           return suite.param == DeviceType::kSoftware ? "software" : "gpu";
                         });

TEST(MultiplyAddShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  EXPECT_THROW(ops::multiply_add(graph.input("odd", {DType::f32, {17}}), 24), Error);
  EXPECT_THROW(ops::multiply_add(graph.input("halves", {DType::f16, {16}}), 24), Error);
}

}  // namespace
}  // namespace lapilli::test
