// SPDX-License-Identifier: Apache-2.0
#include "tests/support/op_case.h"

#include <limits>

namespace lapilli::test {
namespace {

class Elementwise : public GpuTest {
 protected:
  std::mt19937 generator_{2};
};

/// 65 539 · 4 · 64 / 4 elements and more: past 65 535 workgroups.
constexpr RowsCols kManyGroups = {65539, 257};

TEST_F(Elementwise, SiluMulEqualsItsFormula) {
  for (const DType dtype : kFloatStorage) {
    for (const RowsCols& shape : kRowShapes) {
      const HostTensor gate = HostTensor::random(type_of(dtype, shape), generator_, 3.0);
      const HostTensor up = HostTensor::random(type_of(dtype, shape), generator_);
      const HostTensor y =
          run_op({.inputs = {gate, up}}, [](auto& in) { return ops::silu_mul(in[0], in[1]); });
      std::vector<double> expected = gate.values();
      const std::vector<double> ups = up.values();
      for (size_t i = 0; i < expected.size(); ++i) expected[i] = reference::silu(expected[i]) * ups[i];
      expect_close(y.values(), expected, tolerance_of(dtype), text("silu_mul ", gate.type));
    }
  }
}

TEST_F(Elementwise, ActivationsEqualTheirFormulas) {
  for (const DType dtype : kFloatStorage) {
    for (const RowsCols& shape : kRowShapes) {
      const HostTensor x = HostTensor::random(type_of(dtype, shape), generator_, 2.0);
      const std::vector<HostTensor> y = run_graph({.inputs = {x}}, [](Graph&, const std::vector<Tensor>& in) {
        return std::vector{ops::quick_gelu(in[0]), ops::gelu_erf(in[0])};
      });
      std::vector<double> quick = x.values(), exact = x.values();
      for (double& value : quick) value = reference::quick_gelu(value);
      for (double& value : exact) value = reference::gelu_erf(value);
      expect_close(y[0].values(), quick, tolerance_of(dtype), text("quick_gelu ", x.type));
      expect_close(y[1].values(), exact, tolerance_of(dtype), text("gelu_erf ", x.type));
    }
  }
}

/// Relative to the value itself, far into the negative tail, and at the edges of the two polynomials.
TEST_F(Elementwise, GeluErfIsAccurateEverywhere) {
  std::vector<double> points;
  for (double x = -9; x <= 9; x += 1.0 / 1024) points.push_back(x);
  for (const double edge : {0.0, 1.4142135, 1.4142136, -1.4142135, -1.4142136}) points.push_back(edge);
  const HostTensor x = HostTensor::of({DType::f32, {1, points.size()}}, points);
  const std::vector<double> y =
      run_op({.inputs = {x}}, [](auto& in) { return ops::gelu_erf(in[0]); }).values();
  const std::vector<double> values = x.values();
  double worst = 0, worst_at = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double expected = reference::gelu_erf(values[i]);
    // Vulkan lets exp(v) err by 3 + 2·|v| units in the last place, and v is x²/2 here.
    const double allowed = 4e-7 + (3 + values[i] * values[i]) * 0x1p-23;
    const double error =
        expected == 0 ? std::abs(y[i]) : std::abs(y[i] - expected) / std::abs(expected) / allowed;
    if (!(error <= worst)) worst = error, worst_at = values[i];
  }
  EXPECT_LE(worst, 1.0) << "at " << worst_at;
  RecordProperty("worst_share_of_allowed_error", std::to_string(worst));
}

TEST_F(Elementwise, AddRepeatsTheSmallerOperand) {
  for (const DType a_type : kFloatStorage) {
    for (const DType b_type : kFloatStorage) {
      for (const auto& [rows, b_rows, cols] : {std::array<uint64_t, 3>{1, 1, 1},
                                               {3, 1, 5},
                                               {7, 7, 113},
                                               {6, 3, 29},
                                               {29, 1, 64},
                                               {29, 29, 64},
                                               {10, 5, 4}}) {
        const HostTensor a = HostTensor::random({a_type, {rows, cols}}, generator_);
        const HostTensor b = HostTensor::random({b_type, {b_rows, cols}}, generator_);
        for (const bool octets : {true, false}) {  // where the device has them
          const auto adjust = [&](DeviceCaps& caps) {
            caps.buffer_addresses = caps.buffer_addresses && octets;
          };
          const HostTensor y = run_op({.inputs = {a, b}, .adjust_caps = adjust},
                                      [](auto& in) { return ops::add(in[0], in[1]); });
          // One f32 addition, rounded once more: equal up to a tie broken by the first rounding.
          expect_close(y.values(), reference::add(a.values(), b.values()), tolerance_of(a_type),
                       text("add ", a.type, " and ", b.type, octets ? " by octets" : ""));
        }
      }
    }
  }
}

TEST_F(Elementwise, AddInPartsGivesWhatTheWholeGives) {
  const HostTensor a = HostTensor::random({DType::f32, {60, 33}}, generator_);
  for (const uint64_t b_rows : {1u, 20u, 60u}) {
    const HostTensor b =
        HostTensor::random({b_rows == 60 ? DType::f32 : DType::f16, {b_rows, 33}}, generator_);
    const auto build = [](auto& in) { return ops::add(in[0], in[1]); };
    const HostTensor whole = run_op({.inputs = {a, b}}, build);
    const HostTensor parts =
        run_op({.inputs = {a, b},
                .adjust_caps = [](DeviceCaps& caps) { caps.max_storage_range_bytes = 33 * 4 * 40; }},
               build);
    EXPECT_EQ(whole.bytes, parts.bytes) << b_rows;
  }
}

TEST_F(Elementwise, ConvertRoundsToNearestEven) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  // Ties of f16 and of bf16 in both directions, subnormals, the largest numbers, overflow.
  std::vector<double> special = {0.0,
                                 -0.0,
                                 1.0,
                                 1 + 0x1p-11,
                                 1 + 3 * 0x1p-11,
                                 1 + 0x1p-11 + 0x1p-20,
                                 1 + 0x1p-8,
                                 1 + 3 * 0x1p-8,
                                 -1 - 0x1p-8 - 0x1p-20,
                                 65504,
                                 65519,
                                 -65520,
                                 65536,
                                 0x1p-14,
                                 0x1p-24,
                                 0x1p-25,
                                 3 * 0x1p-25,
                                 0x1p-26,
                                 -5 * 0x1p-24,
                                 1e-30,
                                 3e38,
                                 kInfinity,
                                 -kInfinity,
                                 std::nan(""),
                                 0.1,
                                 1.0 / 3};
  for (const DType from : kFloatStorage) {
    for (const DType to : kFloatStorage) {
      const auto check = [&](const HostTensor& x) {
        const HostTensor y = run_op({.inputs = {x}}, [&](auto& in) { return ops::convert(in[0], to); });
        EXPECT_EQ(y.type.dtype, to);
        expect_equal(y, x.values(), text("convert ", x.type, " to ", to_string(to)));
      };
      check(HostTensor::of({from, {2, special.size() / 2}}, special));
      for (const RowsCols& shape : kRowShapes) check(HostTensor::random(type_of(from, shape), generator_));
    }
  }
}

TEST_F(Elementwise, GroupCountsBeyondTheLimitAreFolded) {
  const HostTensor x = HostTensor::random(type_of(DType::f16, kManyGroups), generator_);
  const HostTensor y = run_op({.inputs = {x}}, [](auto& in) { return ops::convert(in[0], DType::f32); });
  expect_equal(y, x.values(), "convert past 65535 groups");
}

TEST_F(Elementwise, OnlyLiveRowsAreWritten) {
  HostTensor x = HostTensor::random({DType::f32, {5, 7}}, generator_);
  x.type.live_rows = true;
  const std::vector<double> y =
      run_op({.inputs = {x}, .live_rows = 3}, [](auto& in) { return ops::quick_gelu(in[0]); }).values();
  for (size_t i = 0; i < y.size(); ++i) EXPECT_EQ(std::isnan(y[i]), i >= 21) << i;
}

TEST_F(Elementwise, RefuseOperandsThatDoNotFit) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {6, 8}});
  const Tensor other = graph.input("other", {DType::f32, {4, 8}});
  const Tensor half = graph.input("half", {DType::f16, {6, 8}});
  EXPECT_THROW(ops::silu_mul(x, other), Error);
  EXPECT_THROW(ops::silu_mul(x, half), Error);
  EXPECT_THROW(ops::add(x, other), Error);
  EXPECT_THROW(ops::convert(x, DType::q4_0), Error);
  try {
    ops::add(x, other);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kShape);
    EXPECT_NE(error.message().find("f32 [4, 8]"), std::string::npos) << error.message();
  }
}

}  // namespace
}  // namespace lapilli::test
