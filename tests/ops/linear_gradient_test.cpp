// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/lower.h"
#include "engine/ops/training.h"
#include "tests/ops/linear_target.h"
#include "tests/ops/weights.h"
#include "tests/reference/linear.h"
#include "tests/support/op_case.h"

namespace lapilli::test {
namespace {

struct Case {
  DType x = DType::f32;
  DType weight = DType::f16;
  uint64_t tokens = 19;
  uint64_t in_dim = 256;
  uint64_t out_dim = 37;
  std::optional<uint32_t> live_rows = std::nullopt;
  uint64_t max_storage_range_bytes = 0;  ///< 0: the device's own
};

/// The operators that linear's gradients are made of, in every kernel.
class LinearGradient : public GpuTest, public testing::WithParamInterface<Target> {
 protected:
  void SetUp() override {
    if (!has(GetParam(), device().caps())) GTEST_SKIP() << "no kernels of octets on this device";
  }

  static OpRun run_of(const Case& c, std::vector<HostTensor> in) {
    return {.inputs = std::move(in), .live_rows = c.live_rows, .adjust_caps = [&c](DeviceCaps& caps) {
              force(GetParam(), caps);
              if (c.max_storage_range_bytes != 0) caps.max_storage_range_bytes = c.max_storage_range_bytes;
            }};
  }

  HostTensor gradient_of(const Case& c, uint64_t cols) {
    return HostTensor::random({c.x, {c.tokens, cols}, c.live_rows.has_value()}, generator_, 0.5);
  }

  static std::string describe(const char* name, const Case& c) {
    return text(name, ' ', name_of(GetParam()), ' ', to_string(c.x), " weight ", to_string(c.weight), ' ',
                c.tokens, " tokens, in ", c.in_dim, ", out ", c.out_dim);
  }

  HostTensor transposed(const Case& c, const HostTensor& dy, const HostTensor& weight) {
    return run_op(run_of(c, {dy, weight}), [](auto& in) { return ops::linear_transposed(in[0], in[1]); });
  }

  void check_transposed(const Case& c) {
    const HostTensor dy = gradient_of(c, c.out_dim);
    const HostTensor weight = random_weight({c.weight, {c.out_dim, c.in_dim}}, generator_);
    std::vector<double> actual = transposed(c, dy, weight).values();
    std::vector<double> expected =
        reference::product(matrix_of(dy), reference::transposed(values_of(weight))).values;
    const auto live =
        static_cast<ptrdiff_t>(c.live_rows.value_or(static_cast<uint32_t>(c.tokens)) * c.in_dim);
    EXPECT_TRUE(std::all_of(actual.begin() + live, actual.end(), [](double v) { return std::isnan(v); }))
        << "rows that aren't live were written";
    actual.resize(static_cast<size_t>(live));
    expected.resize(actual.size());
    expect_close(actual, expected, tolerance_of(c.x), describe("linear_transposed", c));
  }

  void check_weight_gradient(const Case& c) {
    const HostTensor dy = gradient_of(c, c.out_dim), x = gradient_of(c, c.in_dim);
    const HostTensor gradient =
        run_op(run_of(c, {dy, x}), [](auto& in) { return ops::linear_weight_gradient(in[0], in[1]); });
    EXPECT_EQ(gradient.type, (TensorType{DType::f32, {c.out_dim, c.in_dim}}));
    const uint64_t live = c.live_rows.value_or(static_cast<uint32_t>(c.tokens));
    const auto expected = reference::product(reference::transposed(first_rows(matrix_of(dy), live)),
                                             reference::transposed(first_rows(matrix_of(x), live)));
    expect_close(gradient.values(), expected.values, kExactF32, describe("linear_weight_gradient", c));
  }

  static reference::Matrix<double> first_rows(reference::Matrix<double> matrix, uint64_t rows) {
    matrix.rows = rows;
    matrix.values.resize(rows * matrix.cols);
    return matrix;
  }

  std::mt19937 generator_{7};
};

TEST_P(LinearGradient, TheTargetGetsItsKernels) {
  Graph graph;
  const Tensor dy = graph.input("dy", {DType::f32, {40, 64}}), x = graph.input("x", {DType::f32, {40, 96}});
  const Tensor weight = graph.weight("weight", {DType::f32, {64, 96}});
  graph.output("dx", ops::linear_transposed(dy, weight));
  graph.output("dw", ops::linear_weight_gradient(dy, x));
  DeviceCaps caps = device().caps();
  force(GetParam(), caps);
  for (const Dispatch& dispatch : lower(graph, caps).dispatches) {
    const std::string_view name = dispatch.shader->name;
    const bool of_octets = name.find("octets") != name.npos || name.find("column_panels") != name.npos;
    EXPECT_EQ(of_octets, GetParam() == Target::kSoftwareWithOctets) << name;
  }
}

TEST_P(LinearGradient, EveryWeightType) {
  for (const DType x : kFloatStorage) {
    for (const DType weight : kWeightTypes)
      check_transposed({.x = x, .weight = weight, .tokens = 35, .in_dim = 512, .out_dim = 64});
  }
}

TEST_P(LinearGradient, RowsAndColumnsAroundTheTiles) {
  for (const uint64_t tokens : {1, 2, 5, 8, 16, 17, 63, 65, 113}) {
    for (const uint64_t out_dim : {1, 4, 31, 32, 67}) {
      for (const DType weight : {DType::q8_0, DType::f16})
        check_transposed({.weight = weight, .tokens = tokens, .in_dim = 96, .out_dim = out_dim});
      check_weight_gradient({.tokens = tokens, .in_dim = 96, .out_dim = out_dim});
    }
  }
}

TEST_P(LinearGradient, RowsOfAnyLength) {
  for (const DType type : kFloatStorage) {
    for (const uint64_t in_dim : {1, 3, 7, 29, 31, 33, 113, 588}) {
      check_transposed({.x = type, .weight = type, .in_dim = in_dim, .out_dim = 5});
      check_weight_gradient({.x = type, .in_dim = in_dim, .out_dim = 5});
    }
    for (const uint64_t tokens : {19, 45}) {
      for (const uint64_t out_dim : {100, 129})
        check_weight_gradient({.x = type, .tokens = tokens, .in_dim = 160, .out_dim = out_dim});
    }
  }
}

TEST_P(LinearGradient, OnlyLiveRowsCount) {
  for (const uint32_t live_rows : {0, 1, 3, 65}) {
    check_transposed({.tokens = 70, .in_dim = 64, .live_rows = live_rows});
    check_weight_gradient({.tokens = 70, .in_dim = 64, .live_rows = live_rows});
  }
}

/// Sums go on where the part before ended: the bits are those of one launch.
TEST_P(LinearGradient, WeightLargerThanABinding) {
  for (const auto& [x, type] : {std::pair{DType::f32, DType::q8_0},
                                {DType::f16, DType::q8_0},
                                {DType::bf16, DType::q8_0},
                                {DType::f32, DType::f32},
                                {DType::f16, DType::f16}}) {
    Case c{.x = x, .weight = type, .tokens = 35, .in_dim = 256, .out_dim = 1031};
    const HostTensor dy = gradient_of(c, c.out_dim);
    const HostTensor weight = random_weight({c.weight, {c.out_dim, c.in_dim}}, generator_);
    const HostTensor whole = transposed(c, dy, weight);
    c.max_storage_range_bytes = uint64_t{1} << 16;
    EXPECT_EQ(transposed(c, dy, weight).bytes, whole.bytes) << describe("linear_transposed", c);
    check_transposed(c);
  }
}

/// Tiles, lanes and rows that reach beyond the result must not add anything twice.
TEST_P(LinearGradient, AWeightGradientIsAddedToASum) {
  const auto gradient = [](auto& in) { return ops::linear_weight_gradient(in[1], in[2]); };
  for (const DType x : kFloatStorage) {
    for (const RowsCols& result : {RowsCols{36, 96}, RowsCols{37, 96}, RowsCols{5, 29}, RowsCols{70, 352}}) {
      const uint64_t tokens = result.rows >= 37 ? 67 : 11;
      const Case c{.x = x, .tokens = tokens, .in_dim = result.cols, .out_dim = result.rows};
      const std::vector<HostTensor> in = {HostTensor::random({DType::f32, {c.out_dim, c.in_dim}}, generator_),
                                          gradient_of(c, c.out_dim), gradient_of(c, c.in_dim)};
      const HostTensor alone = run_op(run_of(c, in), gradient);
      const HostTensor after =
          run_op(run_of(c, in), [&](auto& t) { return ops::accumulate(t[0], gradient(t)); });
      std::vector<double> expected = in[0].values();
      for (size_t index = 0; index < expected.size(); ++index) expected[index] += alone.values()[index];
      expect_equal(after, expected, describe("linear_weight_gradient added", c));
    }
  }
}

TEST_P(LinearGradient, MoreRowsOfAWeightThanALaunchTakes) {
  for (const DType x : kFloatStorage) {
    for (const uint64_t out_dim : {1028u, 2057u, 2101u})
      check_transposed({.x = x, .weight = x, .tokens = 35, .in_dim = 64, .out_dim = out_dim});
  }
}

TEST_P(LinearGradient, MoreTokensThanALaunchTakes) {
  for (const DType x : kFloatStorage) {
    check_weight_gradient({.x = x, .tokens = 2051, .in_dim = 32, .out_dim = 5});
    check_weight_gradient({.x = x, .tokens = 35, .in_dim = 32, .out_dim = 2061});
    check_weight_gradient({.x = x, .tokens = 1025, .in_dim = 29, .out_dim = 3});
  }
}

TEST_P(LinearGradient, ResultLargerThanABinding) {
  check_weight_gradient(
      {.tokens = 5, .in_dim = 64, .out_dim = 1028, .max_storage_range_bytes = uint64_t{1} << 16});
  check_weight_gradient(
      {.tokens = 41, .in_dim = 64, .out_dim = 1028, .max_storage_range_bytes = uint64_t{1} << 16});
  check_weight_gradient(
      {.tokens = 5, .in_dim = 29, .out_dim = 1031, .max_storage_range_bytes = uint64_t{1} << 16});
}

TEST_P(LinearGradient, MoreGroupsThanOneDimensionHolds) {
  if (GetParam() == Target::kGpu) GTEST_SKIP() << "a processor takes long for so many tiles of a GPU";
  if (GetParam() == Target::kSoftwareWithOctets) GTEST_SKIP() << "the kernels of software";
  const uint64_t rows_of_group = GetParam() == Target::kSoftware ? 16 : 8;
  check_transposed({.tokens = rows_of_group * 65537, .in_dim = 1, .out_dim = 1});
  check_weight_gradient({.tokens = 1, .in_dim = 1, .out_dim = rows_of_group * 65537});
}

INSTANTIATE_TEST_SUITE_P(Targets, LinearGradient,
                         testing::Values(Target::kSoftware, Target::kSoftwareWithOctets, Target::kGpu,
                                         Target::kGpuWithoutSharedMemory),
                         [](const auto& suite) { return name_of(suite.param); });

TEST(LinearGradientShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor dy = graph.input("dy", {DType::f16, {6, 10}});
  const Tensor x = graph.input("x", {DType::f16, {6, 64}});
  const Tensor x_f32 = graph.input("x_f32", {DType::f32, {6, 64}});
  const Tensor long_x = graph.input("long_x", {DType::f16, {7, 64}});
  const Tensor ids = graph.input("ids", {DType::i32, {6, 10}});
  const Tensor weight = graph.weight("weight", {DType::q8_0, {10, 64}});
  const Tensor wide = graph.weight("wide", {DType::q8_0, {11, 64}});
  EXPECT_EQ(ops::linear_transposed(dy, weight).type(), x.type());
  EXPECT_THROW(ops::linear_transposed(dy, wide), Error);
  EXPECT_THROW(ops::linear_transposed(ids, weight), Error);
  EXPECT_THROW(ops::linear_transposed(dy, ids), Error);
  EXPECT_EQ(ops::linear_weight_gradient(dy, x).type(), (TensorType{DType::f32, {10, 64}}));
  EXPECT_THROW(ops::linear_weight_gradient(dy, x_f32), Error);
  EXPECT_THROW(ops::linear_weight_gradient(dy, long_x), Error);
  EXPECT_THROW(ops::linear_weight_gradient(ids, ids), Error);
}

}  // namespace
}  // namespace lapilli::test
