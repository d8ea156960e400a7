// SPDX-License-Identifier: Apache-2.0
#include "tests/support/op_case.h"
#include "tests/support/vjp_case.h"

namespace lapilli::test {
namespace {

constexpr double kProbability = 0.25;

class DropoutTest : public GpuTest {
 protected:
  static HostTensor dropped(const HostTensor& x, int32_t seed, uint32_t salt) {
    return run_op({.inputs = {x, HostTensor::of_ints({seed})}},
                  [&](auto& in) { return ops::dropout(in[0], in[1], kProbability, salt); });
  }
  std::mt19937 generator_{1};
};

TEST_F(DropoutTest, ScaleMultiplies) {
  for (const DType dtype : kFloatStorage) {
    for (const RowsCols& shape : kRowShapes) {
      const HostTensor x = HostTensor::random(type_of(dtype, shape), generator_);
      std::vector<double> expected = x.values();
      for (double& value : expected) value *= 0.5;
      expect_equal(run_op({.inputs = {x}}, [](auto& in) { return ops::scale(in[0], 0.5f); }), expected,
                   "scale");
    }
  }
}

TEST_F(DropoutTest, LeavesOutTheWantedShareAndScalesTheRest) {
  const std::vector<double> ones(size_t{200} * 301, 1.0);
  const HostTensor x = HostTensor::of({DType::f32, {200, 301}}, ones);
  const std::vector<double> y = dropped(x, 7, 3).values();
  size_t left_out = 0;
  for (const double value : y) {
    left_out += value == 0 ? 1 : 0;
    if (value != 0) {
      ASSERT_FLOAT_EQ(static_cast<float>(value), static_cast<float>(1 / (1 - kProbability)));
    }
  }
  // Six deviations of a binomial distribution.
  const auto n = static_cast<double>(y.size());
  EXPECT_NEAR(static_cast<double>(left_out), kProbability * n,
              6 * std::sqrt(n * kProbability * (1 - kProbability)));
  EXPECT_EQ(dropped(x, 7, 3).values(), y);
  EXPECT_NE(dropped(x, 8, 3).values(), y);
  EXPECT_NE(dropped(x, 7, 4).values(), y);
}

TEST_F(DropoutTest, PartsOfATensorHaveTheMaskOfTheWhole) {
  const HostTensor x = HostTensor::random({DType::f16, {97, 64}}, generator_);
  const HostTensor seed = HostTensor::of_ints({5});
  const auto build = [](auto& in) { return ops::dropout(in[0], in[1], kProbability, 1); };
  const HostTensor parts = run_op(
      {.inputs = {x, seed}, .adjust_caps = [](DeviceCaps& caps) { caps.max_storage_range_bytes = 40 * 128; }},
      build);
  EXPECT_EQ(parts.bytes, run_op({.inputs = {x, seed}}, build).bytes);
}

TEST_F(DropoutTest, TheGradientHasTheSameMask) {
  for (const DType dtype : kFloatStorage) {
    const HostTensor x = HostTensor::random({dtype, {3, 29}}, generator_);
    const HostTensor seed = HostTensor::of_ints({11});
    const HostTensor ones = HostTensor::of({DType::f32, {3, 29}}, std::vector<double>(3 * 29, 1.0));
    const std::vector<double> mask = dropped(ones, 11, 2).values();
    check_vjp(
        {.inputs = {x, seed}, .wanted = {true, false}, .what = text("dropout ", x.type)},
        [](auto& in) { return ops::dropout(in[0], in[1], kProbability, 2); },
        [&](const auto& in) {
          Duals y = in[0];
          for (size_t index = 0; index < y.size(); ++index) y[index] *= mask[index];
          return y;
        });
    check_vjp(
        {.inputs = {x}, .wanted = {true}, .what = text("scale ", x.type)},
        [](auto& in) { return ops::scale(in[0], 2.0f); },
        [](const auto& in) {
          Duals y = in[0];
          for (auto& value : y) value *= 2.0;
          return y;
        });
  }
}

TEST(DropoutShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {2, 8}});
  const Tensor seed = graph.input("seed", {DType::i32, {1}});
  EXPECT_EQ(ops::dropout(x, seed, 0.5, 1).type(), (TensorType{DType::f32, {2, 8}}));
  EXPECT_THROW(ops::dropout(x, x, 0.5, 1), Error);
  EXPECT_THROW(ops::dropout(x, seed, 0.0, 1), Error);
  EXPECT_THROW(ops::dropout(x, seed, 1.0, 1), Error);
  EXPECT_THROW(ops::scale(seed, 2.0f), Error);
}

}  // namespace
}  // namespace lapilli::test
