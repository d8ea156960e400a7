// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/ops.h"
#include "tests/ops/weights.h"
#include "tests/reference/linear.h"
#include "tests/support/device_fixture.h"
#include "tests/support/op_runner.h"

#include <gtest/gtest.h>

namespace lapilli::test {
namespace {

struct Case {
  DType x = DType::f32;
  DType weight = DType::f16;
  uint64_t tokens = 3;
  uint64_t in_dim = 256;
  uint64_t out_dim = 96;
  std::optional<uint32_t> live_rows = std::nullopt;
  uint64_t max_range_bytes = 0;
};

class StackedLinear : public GpuTest, public testing::WithParamInterface<DeviceType> {
 protected:
  static void adjust(const Case& c, DeviceCaps& caps) {
    caps.type = GetParam();
    if (c.max_range_bytes != 0) caps.max_storage_range_bytes = c.max_range_bytes;
  }

  static std::vector<HostTensor> operands(const Case& c, uint64_t weight_rows) {
    std::mt19937 generator(5);
    return {HostTensor::random({c.x, {c.tokens, c.in_dim}, c.live_rows.has_value()}, generator),
            random_weight({c.weight, {weight_rows, c.in_dim}}, generator)};
  }

  static void check_gated(const Case& c) {
    const auto in = operands(c, 2 * c.out_dim);
    auto actual =
        run_op({.inputs = in, .live_rows = c.live_rows, .adjust_caps = [&](auto& caps) { adjust(c, caps); }},
               [](const std::vector<Tensor>& t) { return ops::gated_linear(t[0], t[1]); })
            .values();
    const auto both = reference::product<double>({c.tokens, c.in_dim, in[0].values()}, values_of(in[1]));
    const uint64_t rows = c.live_rows.value_or(static_cast<uint32_t>(c.tokens));
    std::vector<double> expected;
    for (uint64_t row = 0; row < rows; ++row) {
      for (uint64_t column = 0; column < c.out_dim; ++column)
        expected.push_back(reference::silu(both.at(row, column)) * both.at(row, column + c.out_dim));
    }
    for (size_t index = expected.size(); index < actual.size(); ++index)
      EXPECT_TRUE(std::isnan(actual[index])) << "a row that isn't live was written";
    actual.resize(expected.size());
    // A product of two results has the rounding of both.
    Tolerance tolerance = tolerance_of(c.x);
    tolerance.nmse *= 4;
    tolerance.max_difference *= 40;
    expect_close(actual, expected, tolerance, text("gated_linear ", in[0].type, " weight ", in[1].type));
  }
};

TEST_P(StackedLinear, GatedForEveryWeightType) {
  for (const DType weight : kWeightTypes) check_gated({.weight = weight, .tokens = 1});
  for (const DType weight : {DType::f16, DType::q4_k}) check_gated({.weight = weight, .tokens = 19});
}

TEST_P(StackedLinear, GatedInEveryStorageType) {
  for (const DType x : {DType::f32, DType::f16, DType::bf16}) check_gated({.x = x, .weight = DType::q8_0});
}

TEST_P(StackedLinear, GatedAroundTheTiles) {
  for (const uint64_t out_dim : {8, 24, 32, 40, 136}) {
    check_gated({.tokens = 1, .out_dim = out_dim});
    check_gated({.tokens = 17, .out_dim = out_dim});
    check_gated({.tokens = 33, .out_dim = out_dim});
  }
  check_gated({.weight = DType::f32, .in_dim = 44, .out_dim = 64});
}

TEST_P(StackedLinear, GatedLiveRowsAndWeightsBeyondABinding) {
  check_gated({.tokens = 7, .live_rows = 3});
  check_gated({.tokens = 100, .live_rows = 38});
  check_gated({.tokens = 3, .max_range_bytes = 32 * 256 * 2});
}

TEST_P(StackedLinear, JoinedGivesWhatTheLinearsGive) {
  for (const uint64_t tokens : {1, 19, 35}) {
    const Case c{.tokens = tokens};
    std::mt19937 generator(9);
    const std::vector<HostTensor> in = {HostTensor::random({c.x, {tokens, c.in_dim}}, generator),
                                        random_weight({DType::q4_k, {37, c.in_dim}}, generator),
                                        random_weight({DType::f16, {29, c.in_dim}}, generator),
                                        random_weight({DType::q6_k, {5, c.in_dim}}, generator)};
    const auto change = [&](DeviceCaps& caps) { adjust(c, caps); };
    const HostTensor joined = run_op({.inputs = in, .adjust_caps = change}, [](const std::vector<Tensor>& t) {
      return ops::joined_linear(t[0], std::span(t).subspan(1));
    });
    const auto apart =
        run_graph({.inputs = in, .adjust_caps = change},
                  [](Graph&, const std::vector<Tensor>& t) -> std::vector<Tensor> {
                    return {ops::linear(t[0], t[1]), ops::linear(t[0], t[2]), ops::linear(t[0], t[3])};
                  });
    std::vector<double> expected;
    for (uint64_t row = 0; row < tokens; ++row) {
      for (const HostTensor& part : apart) {
        const std::vector<double> values = part.values();
        const auto start = values.begin() + static_cast<ptrdiff_t>(row * part.type.cols());
        expected.insert(expected.end(), start, start + part.type.cols());
      }
    }
    EXPECT_EQ(joined.values(), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Devices, StackedLinear,
                         testing::Values(DeviceType::kSoftware, DeviceType::kDiscrete),
                         [](const auto& suite) {
                           return suite.param == DeviceType::kSoftware ? "software" : "gpu";
                         });

TEST(StackedLinearShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {6, 64}});
  const Tensor weight = graph.weight("weight", {DType::q8_0, {10, 64}});
  const Tensor odd = graph.weight("odd", {DType::q8_0, {9, 64}});
  const Tensor narrow = graph.weight("narrow", {DType::q8_0, {10, 32}});
  EXPECT_EQ(ops::gated_linear(x, weight).type(), (TensorType{DType::f32, {6, 5}}));
  EXPECT_EQ(ops::joined_linear(x, std::array{weight, odd}).type(), (TensorType{DType::f32, {6, 19}}));
  EXPECT_THROW(ops::gated_linear(x, odd), Error);
  EXPECT_THROW(ops::gated_linear(x, narrow), Error);
  EXPECT_THROW(ops::joined_linear(x, std::array{weight, narrow}), Error);
}

}  // namespace
}  // namespace lapilli::test
