// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/linear.h"
#include "engine/ops/linear_kernels.h"
#include "engine/ops/ops.h"
#include "shaders/linear_coopmat.h"
#include "shaders/linear_octet_tiles.h"
#include "shaders/linear_octets.h"
#include "shaders/linear_registers.h"
#include "shaders/linear_registers_wide.h"
#include "shaders/linear_tile.h"
#include "shaders/linear_vector.h"
#include "tests/ops/linear_target.h"
#include "tests/ops/weights.h"
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
  uint64_t out_dim = 37;
  ops::Activation activation = ops::Activation::kNone;
  bool bias = false;
  bool residual = false;
  std::optional<uint32_t> live_rows = std::nullopt;
  uint64_t max_storage_range_bytes = 0;  ///< 0: the device's own
};

double activate(ops::Activation activation, double value) {
  if (activation == ops::Activation::kQuickGelu) return reference::quick_gelu(value);
  if (activation == ops::Activation::kGeluErf) return reference::gelu_erf(value);
  return value;
}

class Linear : public GpuTest, public testing::WithParamInterface<Target> {
 protected:
  void SetUp() override {
    if (GetParam() == Target::kGpuWithMatrixUnits &&
        (!device().caps().cooperative_matrix || !shader::linear_coopmat(DType::f16, DType::f16))) {
      GTEST_SKIP() << "no cooperative matrices, or no compiler for them";
    }
    if (!has(GetParam(), device().caps())) GTEST_SKIP() << "no kernels of octets on this device";
  }

  /// Matrix units multiply halves, other storage goes to the tile kernel of kGpu.
  static std::vector<DType> storage_types() {
    if (GetParam() == Target::kGpuWithMatrixUnits) return {DType::f16};
    return {DType::f32, DType::f16, DType::bf16};
  }

  /// x, weight, then bias and residual if there are any.
  static std::vector<HostTensor> operands(const Case& c) {
    std::mt19937 generator(5);
    std::vector<HostTensor> in = {
        HostTensor::random({c.x, {c.tokens, c.in_dim}, c.live_rows.has_value()}, generator),
        random_weight({c.weight, {c.out_dim, c.in_dim}}, generator)};
    if (c.bias) in.push_back(HostTensor::random({DType::f32, {c.out_dim}}, generator));
    if (c.residual) in.push_back(HostTensor::random({c.x, {c.tokens, c.out_dim}}, generator));
    return in;
  }

  static HostTensor run(const Case& c, std::vector<HostTensor> in) {
    return run_op({.inputs = std::move(in),
                   .live_rows = c.live_rows,
                   .adjust_caps =
                       [&](DeviceCaps& caps) {
                         force(GetParam(), caps);
                         if (c.max_storage_range_bytes != 0)
                           caps.max_storage_range_bytes = c.max_storage_range_bytes;
                       }},
                  [&](const std::vector<Tensor>& t) {
                    ops::LinearOperands more{.activation = c.activation};
                    if (c.bias) more.bias = t[2];
                    if (c.residual) more.residual = t[c.bias ? 3 : 2];
                    return ops::linear(t[0], t[1], more);
                  });
  }

  static std::vector<double> expected(const Case& c, const std::vector<HostTensor>& in) {
    const reference::Matrix<double> x{c.tokens, c.in_dim, in[0].values()};
    reference::Matrix<double> y = reference::product(x, values_of(in[1]));
    const auto bias = c.bias ? in[2].values() : std::vector<double>(c.out_dim, 0.0);
    const auto residual = c.residual ? in.back().values() : std::vector<double>(y.values.size(), 0.0);
    for (size_t index = 0; index < y.values.size(); ++index) {
      y.values[index] = activate(c.activation, y.values[index] + bias[index % c.out_dim]) + residual[index];
    }
    return y.values;
  }

  static void check(const Case& c) {
    const auto in = operands(c);
    auto actual = run(c, in).values();
    auto wanted = expected(c, in);
    const auto live =
        static_cast<ptrdiff_t>(c.live_rows.value_or(static_cast<uint32_t>(c.tokens)) * c.out_dim);
    EXPECT_TRUE(std::all_of(actual.begin() + live, actual.end(), [](double v) { return std::isnan(v); }))
        << "rows that aren't live were written";
    actual.resize(static_cast<size_t>(live));
    wanted.resize(actual.size());
    expect_close(
        actual, wanted, tolerance_of(c.x),
        text("linear ", name_of(GetParam()), " x ", in[0].type, " weight ", in[1].type, " activation ",
             static_cast<int>(c.activation), c.bias ? " bias" : "", c.residual ? " residual" : ""));
  }
};

TEST_P(Linear, TheTargetGetsItsKernels) {
  DeviceCaps caps = device().caps();
  force(GetParam(), caps);
  const DType x = storage_types().back(), weight = DType::q8_0;
  const auto shader_for = [&](uint64_t tokens) {
    return ops::choose_linear_kernel({.x = x, .weight = weight, .tokens = tokens, .in_dim = 256}, caps)
        .shader;
  };
  for (const DType type : {DType::f32, DType::f16, DType::bf16}) {
    const auto* tiles =
        ops::choose_linear_kernel({.x = x, .weight = type, .tokens = 32, .in_dim = 160}, caps).shader;
    EXPECT_EQ(tiles == shader::linear_octet_tiles(x, type), GetParam() == Target::kSoftwareWithOctets);
  }
  const bool octets = GetParam() == Target::kSoftwareWithOctets;
  const bool software = GetParam() == Target::kSoftware || octets;
  EXPECT_EQ(shader_for(1), octets     ? shader::linear_octets(x, weight)
                           : software ? shader::linear_registers(x, weight)
                                      : shader::linear_vector(x, weight));
  EXPECT_EQ(shader_for(31) == shader::linear_octets(x, weight), octets);
  if (software && !octets && caps.int64_arithmetic && !caps.slow_unrolling) {
    const ops::LinearCase halves{.x = x, .weight = DType::f16, .tokens = 1, .in_dim = 256};
    EXPECT_EQ(ops::choose_linear_kernel(halves, caps).shader, shader::linear_registers_wide(x, DType::f16));
  }
  EXPECT_EQ(shader_for(128), GetParam() == Target::kGpu ? shader::linear_tile(x, weight)
                             : GetParam() == Target::kGpuWithMatrixUnits
                                 ? shader::linear_coopmat(x, weight)
                                 : shader::linear_registers(x, weight));
}

TEST_P(Linear, EveryWeightTypeForFewRows) {
  for (const DType x : storage_types()) {
    for (const DType weight : kWeightTypes) check({.x = x, .weight = weight, .in_dim = 512});
  }
}

TEST_P(Linear, EveryWeightTypeForManyRows) {
  // Without shared memory it is the kernel of few rows, cut otherwise: samples are enough.
  if (GetParam() != Target::kGpu && GetParam() != Target::kGpuWithMatrixUnits) {
    for (const DType weight : {DType::f16, DType::q8_0, DType::q6_k})
      check({.weight = weight, .tokens = 19, .in_dim = 512});
    return;
  }
  for (const DType x : storage_types()) {
    for (const DType weight : kWeightTypes) check({.x = x, .weight = weight, .tokens = 19, .in_dim = 512});
  }
}

/// Octets are unrolled as far as the length of a row lets it: 32, 22, 12 or 4.
TEST_P(Linear, EveryFloatTypeForRowsOfManyLengths) {
  if (GetParam() != Target::kSoftwareWithOctets) GTEST_SKIP() << "one kernel for every length";
  for (const DType x : storage_types()) {
    for (const DType weight : {DType::f32, DType::f16, DType::bf16}) {
      for (const uint64_t in_dim : {32, 96, 704, 768, 1184})
        check({.x = x, .weight = weight, .tokens = 100, .in_dim = in_dim});
    }
  }
}

TEST_P(Linear, RowsAndColumnsAroundTheTiles) {
  const DType x = storage_types().back() == DType::f16 ? DType::f16 : DType::f32;
  for (const uint64_t tokens : {1, 2, 5, 8, 16, 17, 63, 64, 65, 113}) {
    for (const uint64_t out_dim : {1, 63, 65})
      check({.x = x, .tokens = tokens, .in_dim = 96, .out_dim = out_dim});
  }
}

TEST_P(Linear, FloatRowsOfAnyLength) {
  for (const DType type : storage_types()) {
    for (const uint64_t in_dim : {1, 3, 7, 29, 31, 33, 113, 588})
      check({.x = type, .weight = type, .in_dim = in_dim, .out_dim = 5});
    check({.x = type, .weight = DType::f16, .tokens = 19, .in_dim = 113});
  }
}

TEST_P(Linear, BiasActivationAndResidual) {
  const DType x = storage_types().back() == DType::f16 ? DType::f16 : DType::f32;
  for (const ops::Activation activation :
       {ops::Activation::kNone, ops::Activation::kQuickGelu, ops::Activation::kGeluErf}) {
    for (const uint64_t tokens : {1, 19, 35}) {
      for (const bool bias : {false, true}) {
        for (const bool residual : {false, true})
          check({.x = x,
                 .tokens = tokens,
                 .in_dim = 64,
                 .activation = activation,
                 .bias = bias,
                 .residual = residual});
      }
    }
  }
}

TEST_P(Linear, OnlyLiveRowsAreComputed) {
  const DType x = storage_types().back() == DType::f16 ? DType::f16 : DType::f32;
  check({.x = x, .tokens = 7, .live_rows = 3});
  check({.x = x, .tokens = 150, .live_rows = 65});
  check({.x = x, .tokens = 150, .live_rows = 1});
}

TEST_P(Linear, WeightLargerThanABinding) {
  const DType x = storage_types().back() == DType::f16 ? DType::f16 : DType::f32;
  for (const uint64_t tokens : {1, 19}) {
    check({.x = x,
           .weight = DType::q8_0,
           .tokens = tokens,
           .out_dim = 1031,
           .bias = true,
           .max_storage_range_bytes = uint64_t{1} << 16});
  }
}

TEST_P(Linear, MoreGroupsThanOneDimensionHolds) {
  if (GetParam() == Target::kSoftware) check({.tokens = 16 * 65537, .in_dim = 1, .out_dim = 1});
  if (GetParam() == Target::kSoftwareWithOctets) check({.tokens = 32, .in_dim = 32, .out_dim = 8 * 65537});
  if (GetParam() == Target::kGpu) check({.tokens = 1, .in_dim = 1, .out_dim = 16 * 65537});
  if (GetParam() == Target::kGpuWithoutSharedMemory) check({.tokens = 8 * 65537, .in_dim = 1, .out_dim = 1});
}

/// A lane of a batch says what it would say alone.
TEST_P(Linear, ARowDoesNotDependOnTheOthers) {
  constexpr uint64_t kTokens = 16;
  for (const DType weight : {DType::f32, DType::f16, DType::q8_0, DType::q4_k, DType::q6_k}) {
    Case c{.weight = weight, .tokens = kTokens, .in_dim = 768, .out_dim = 29};
    const auto in = operands(c);
    const HostTensor together = run(c, in);
    const uint64_t x_bytes = in[0].bytes.size() / kTokens;
    const uint64_t y_bytes = together.bytes.size() / kTokens;
    for (const uint64_t rows : {1, 2, 5}) {
      c.tokens = rows;
      HostTensor x = HostTensor::zeros({c.x, {rows, c.in_dim}});
      std::copy_n(in[0].bytes.end() - static_cast<ptrdiff_t>(rows * x_bytes), x.bytes.size(),
                  x.bytes.begin());
      const HostTensor alone = run(c, {x, in[1]});
      EXPECT_TRUE(std::equal(alone.bytes.begin(), alone.bytes.end(),
                             together.bytes.end() - static_cast<ptrdiff_t>(rows * y_bytes)))
          << "linear " << name_of(GetParam()) << ' ' << in[1].type << ": " << rows << " rows differ from "
          << kTokens;
    }
  }
}

/// However a prompt is cut into steps of many rows, it says the same.
TEST_P(Linear, ARowAmongManyDoesNotDependOnThem) {
  for (const DType weight : {DType::f32, DType::bf16, DType::q8_0}) {
    Case c{.weight = weight, .tokens = 200, .in_dim = 352, .out_dim = 29};
    const auto in = operands(c);
    const HostTensor together = run(c, in);
    for (const uint64_t rows : {32, 101}) {
      const auto from = static_cast<ptrdiff_t>(in[0].bytes.size() / c.tokens * rows);
      HostTensor x = HostTensor::zeros({c.x, {rows, c.in_dim}});
      std::copy(in[0].bytes.end() - from, in[0].bytes.end(), x.bytes.begin());
      const HostTensor fewer =
          run({.weight = weight, .tokens = rows, .in_dim = 352, .out_dim = 29}, {x, in[1]});
      EXPECT_TRUE(std::equal(fewer.bytes.begin(), fewer.bytes.end(),
                             together.bytes.end() - static_cast<ptrdiff_t>(fewer.bytes.size())))
          << "linear " << name_of(GetParam()) << ' ' << in[1].type << ": " << rows << " rows differ";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Linear,
                         testing::Values(Target::kSoftware, Target::kSoftwareWithOctets, Target::kGpu,
                                         Target::kGpuWithMatrixUnits, Target::kGpuWithoutSharedMemory),
                         [](const auto& suite) { return name_of(suite.param); });

TEST(LinearShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f16, {6, 64}});
  const Tensor weight = graph.weight("weight", {DType::q8_0, {10, 64}});
  const Tensor narrow = graph.weight("narrow", {DType::q8_0, {10, 32}});
  const Tensor ids = graph.input("ids", {DType::i32, {6, 64}});
  const Tensor bias = graph.weight("bias", {DType::f32, {10}});
  const Tensor long_bias = graph.weight("long_bias", {DType::f32, {11}});
  const Tensor residual = graph.input("residual", {DType::f16, {6, 10}});
  const Tensor residual_f32 = graph.input("residual_f32", {DType::f32, {6, 10}});
  EXPECT_EQ(ops::linear(x, weight, {.bias = bias, .residual = residual}).type(),
            (TensorType{DType::f16, {6, 10}}));
  EXPECT_THROW(ops::linear(x, narrow), Error);
  EXPECT_THROW(ops::linear(ids, weight), Error);
  EXPECT_THROW(ops::linear(x, ids), Error);
  EXPECT_THROW(ops::linear(x, weight, {.bias = long_bias}), Error);
  EXPECT_THROW(ops::linear(x, weight, {.residual = residual_f32}), Error);
  EXPECT_THROW(ops::dequantize(ids), Error);
}

}  // namespace
}  // namespace lapilli::test
