// SPDX-License-Identifier: Apache-2.0
#include "tests/support/op_case.h"

namespace lapilli::test {
namespace {

class Norms : public GpuTest {
 protected:
  std::mt19937 generator_{1};
};

TEST_F(Norms, RmsNormEqualsItsFormula) {
  for (const DType dtype : kFloatStorage) {
    for (const RowsCols& shape : kRowShapes) {
      const HostTensor x = HostTensor::random(type_of(dtype, shape), generator_);
      const HostTensor weight = HostTensor::random({DType::f32, {shape.cols}}, generator_);
      const HostTensor y =
          run_op({.inputs = {x, weight}}, [](auto& in) { return ops::rms_norm(in[0], in[1], 1e-5f); });
      expect_close(y.values(), reference::rms_norm(matrix_of(x), weight.values(), 1e-5).values,
                   tolerance_of(dtype), text("rms_norm ", x.type));
    }
  }
}

TEST_F(Norms, LayerNormEqualsItsFormula) {
  for (const DType dtype : kFloatStorage) {
    for (const RowsCols& shape : kRowShapes) {
      const HostTensor x = HostTensor::random(type_of(dtype, shape), generator_);
      const HostTensor weight = HostTensor::random({DType::f32, {shape.cols}}, generator_);
      const HostTensor bias = HostTensor::random({DType::f32, {shape.cols}}, generator_);
      const HostTensor y = run_op({.inputs = {x, weight, bias}},
                                  [](auto& in) { return ops::layer_norm(in[0], in[1], in[2], 1e-5f); });
      expect_close(y.values(),
                   reference::layer_norm(matrix_of(x), weight.values(), bias.values(), 1e-5).values,
                   tolerance_of(dtype), text("layer_norm ", x.type));
    }
  }
}

TEST_F(Norms, LayerNormKeepsASmallVarianceBesideALargeMean) {
  HostTensor x = HostTensor::random({DType::f32, {2, 1031}}, generator_);
  std::vector<double> values = x.values();
  for (double& value : values) value += 1000;
  x = HostTensor::of(x.type, values);
  const HostTensor ones = HostTensor::of({DType::f32, {1031}}, std::vector<double>(1031, 1.0));
  const HostTensor zeros = HostTensor::zeros(ones.type);
  const HostTensor y = run_op({.inputs = {x, ones, zeros}},
                              [](auto& in) { return ops::layer_norm(in[0], in[1], in[2], 1e-5f); });
  // The mean itself carries a rounding of 1000 · 2⁻²⁴ ≈ 6e-5.
  expect_close(y.values(), reference::layer_norm(matrix_of(x), ones.values(), zeros.values(), 1e-5).values,
               {1e-8, 5e-4}, "layer_norm around 1000");
}

/// What a GPU is given, on this device: several subgroups with barriers between them.
TEST_F(Norms, WideWorkgroupsGiveTheSame) {
  for (const uint64_t cols : {7u, 1031u, 4099u}) {
    const HostTensor x = HostTensor::random({DType::f32, {5, cols}}, generator_);
    const HostTensor weight = HostTensor::random({DType::f32, {cols}}, generator_);
    const auto as_gpu = [](DeviceCaps& caps) { caps.type = DeviceType::kDiscrete; };
    const HostTensor y = run_op({.inputs = {x, weight, weight}, .adjust_caps = as_gpu},
                                [](auto& in) { return ops::layer_norm(in[0], in[1], in[2], 1e-6f); });
    expect_close(y.values(),
                 reference::layer_norm(matrix_of(x), weight.values(), weight.values(), 1e-6).values,
                 kExactF32, text("layer_norm on a wide workgroup ", x.type));
  }
}

TEST_F(Norms, OnlyLiveRowsAreWritten) {
  HostTensor x = HostTensor::random({DType::f32, {7, 29}}, generator_);
  x.type.live_rows = true;
  const HostTensor weight = HostTensor::random({DType::f32, {29}}, generator_);
  const HostTensor y = run_op({.inputs = {x, weight}, .live_rows = 3},
                              [](auto& in) { return ops::rms_norm(in[0], in[1], 1e-5f); });
  const std::vector<double> expected = reference::rms_norm(matrix_of(x), weight.values(), 1e-5).values;
  const std::vector<double> values = y.values();
  for (size_t index = 0; index < values.size(); ++index) {
    if (index < size_t{3} * 29)
      EXPECT_NEAR(values[index], expected[index], 1e-5) << index;
    else
      EXPECT_TRUE(std::isnan(values[index])) << index;
  }
}

/// Bound in parts, as a tensor beyond the device's storage range is; the live rows end in the second part.
TEST_F(Norms, PartsOfATensorGiveWhatTheWholeGives) {
  HostTensor x = HostTensor::random({DType::f16, {97, 64}}, generator_);
  x.type.live_rows = true;
  const HostTensor weight = HostTensor::random({DType::f32, {64}}, generator_);
  const auto build = [](auto& in) { return ops::rms_norm(in[0], in[1], 1e-5f); };
  const HostTensor whole = run_op({.inputs = {x, weight}, .live_rows = 61}, build);
  const HostTensor parts =
      run_op({.inputs = {x, weight},
              .live_rows = 61,
              .adjust_caps = [](DeviceCaps& caps) { caps.max_storage_range_bytes = 40 * 128; }},
             build);
  EXPECT_EQ(whole.bytes, parts.bytes);
}

TEST_F(Norms, RefuseOperandsThatDoNotFit) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {2, 8}});
  const Tensor weight = graph.weight("weight", {DType::f32, {7}});
  const Tensor half = graph.weight("half", {DType::f16, {8}});
  const Tensor ids = graph.input("ids", {DType::i32, {2, 8}});
  EXPECT_THROW(ops::rms_norm(x, weight, 1e-5f), Error);
  EXPECT_THROW(ops::rms_norm(x, half, 1e-5f), Error);
  EXPECT_THROW(ops::rms_norm(ids, weight, 1e-5f), Error);
}

}  // namespace
}  // namespace lapilli::test
