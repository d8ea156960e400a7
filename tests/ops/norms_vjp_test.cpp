// SPDX-License-Identifier: Apache-2.0
#include "tests/support/op_case.h"
#include "tests/support/vjp_case.h"

namespace lapilli::test {
namespace {

using reference::Dual;
using reference::Matrix;

constexpr float kEps = 1e-5f;

struct NormCase {
  DType dtype;
  RowsCols shape;
  DeviceType device;
};

void adjust(DeviceCaps& caps, const NormCase& c) {
  caps.type = c.device;
}

class NormsVjp : public GpuTest, public testing::WithParamInterface<DeviceType> {
 protected:
  HostTensor row_vector(uint64_t cols) { return HostTensor::random({DType::f32, {cols}}, generator_); }

  void check_rms(const NormCase& c, const std::vector<bool>& wanted = {true, true}) {
    const HostTensor x = HostTensor::random(type_of(c.dtype, c.shape), generator_);
    check_vjp(
        {.inputs = {x, row_vector(c.shape.cols)},
         .wanted = wanted,
         .adjust_caps = [&](DeviceCaps& caps) { adjust(caps, c); },
         .what = text("rms_norm ", x.type)},
        [](auto& in) { return ops::rms_norm(in[0], in[1], kEps); },
        [&](const auto& in) {
          return reference::rms_norm(Matrix<Dual>{c.shape.rows, c.shape.cols, in[0]}, in[1], kEps).values;
        });
  }

  void check_layer(const NormCase& c, const std::vector<bool>& wanted = {true, true, true}) {
    const HostTensor x = HostTensor::random(type_of(c.dtype, c.shape), generator_);
    check_vjp(
        {.inputs = {x, row_vector(c.shape.cols), row_vector(c.shape.cols)},
         .wanted = wanted,
         .adjust_caps = [&](DeviceCaps& caps) { adjust(caps, c); },
         .what = text("layer_norm ", x.type)},
        [](auto& in) { return ops::layer_norm(in[0], in[1], in[2], kEps); },
        [&](const auto& in) {
          return reference::layer_norm(Matrix<Dual>{c.shape.rows, c.shape.cols, in[0]}, in[1], in[2], kEps)
              .values;
        });
  }

  std::mt19937 generator_{6};
};

constexpr std::array kSmallShapes = {RowsCols{3, 5}, RowsCols{7, 113}, RowsCols{29, 32}, RowsCols{131, 4}};

TEST_P(NormsVjp, RmsNorm) {
  for (const DType dtype : kFloatStorage) {
    for (const RowsCols& shape : kSmallShapes) check_rms({dtype, shape, GetParam()});
  }
  check_rms({DType::f32, {1, 1}, GetParam()});
  check_rms({DType::f32, {2, 768}, GetParam()});
  check_rms({DType::f32, {7, 29}, GetParam()}, {true, false});
  check_rms({DType::f32, {7, 29}, GetParam()}, {false, true});
}

TEST_P(NormsVjp, LayerNorm) {
  for (const DType dtype : kFloatStorage) {
    for (const RowsCols& shape : kSmallShapes) check_layer({dtype, shape, GetParam()});
  }
  check_layer({DType::f32, {2, 768}, GetParam()});
  check_layer({DType::f32, {7, 29}, GetParam()}, {true, false, false});
  check_layer({DType::f32, {7, 29}, GetParam()}, {false, false, true});
}

INSTANTIATE_TEST_SUITE_P(Targets, NormsVjp, testing::Values(DeviceType::kSoftware, DeviceType::kDiscrete),
                         [](const auto& suite) {
                           return suite.param == DeviceType::kSoftware ? "software" : "gpu";
                         });

/// Both gradients of layer_norm; rows are independent, so that each has its own small set of dual numbers.
struct Expected {
  std::vector<double> x, weight;
};
Expected layer_norm_gradients(const Matrix<double>& x, const std::vector<double>& weight,
                              const std::vector<double>& dy) {
  const std::vector<double> zeros(x.cols), ones(x.cols, 1.0);
  const std::vector<double> normal = reference::layer_norm(x, ones, zeros, kEps).values;
  Expected expected{std::vector<double>(x.values.size()), zeros};
  const std::vector<Dual> dual_weight(weight.begin(), weight.end()), dual_zeros(x.cols);
  for (size_t r = 0; r < x.rows; ++r) {
    Matrix<Dual> row{1, x.cols, {}};
    for (size_t c = 0; c < x.cols; ++c) row.values.emplace_back(x.at(r, c));
    for (size_t c = 0; c < x.cols; ++c) {
      const size_t at = r * x.cols + c;
      expected.weight[c] += dy[at] * normal[at];
      row.values[c].derivative = 1;
      const Matrix<Dual> y = reference::layer_norm(row, dual_weight, dual_zeros, kEps);
      row.values[c].derivative = 0;
      for (size_t k = 0; k < x.cols; ++k) expected.x[at] += dy[r * x.cols + k] * y.values[k].derivative;
    }
  }
  return expected;
}

class LargeNormsVjp : public GpuTest {
 protected:
  void check(const RowsCols& shape, uint64_t max_storage_range_bytes) {
    const HostTensor x = HostTensor::random(type_of(DType::f32, shape), generator_);
    const HostTensor dy = HostTensor::random(x.type, generator_);
    const HostTensor weight = HostTensor::random({DType::f32, {shape.cols}}, generator_);
    const ops::NormOptions norm{ops::NormKind::kLayer, kEps};
    const OpRun run{.inputs = {x, weight, dy}, .adjust_caps = [&](DeviceCaps& caps) {
                      if (max_storage_range_bytes != 0)
                        caps.max_storage_range_bytes = max_storage_range_bytes;
                    }};
    const auto y = run_graph(run, [&](Graph&, const std::vector<Tensor>& in) {
      return std::vector{ops::norm_gradient(in[0], in[1], in[2], norm),
                         ops::norm_weight_gradient(in[0], in[2], norm)};
    });
    const Expected expected = layer_norm_gradients(matrix_of(x), weight.values(), dy.values());
    expect_close(y[0].values(), expected.x, {1e-10, 1e-2}, text("norm_gradient ", x.type));
    expect_close(y[1].values(), expected.weight, {1e-11, 1e-2}, text("norm_weight_gradient ", x.type));
  }
  std::mt19937 generator_{7};
};

TEST_F(LargeNormsVjp, ManyRows) {
  check({65539, 3}, 0);
}

TEST_F(LargeNormsVjp, LongRows) {
  check({2, 2053}, 0);
}

TEST_F(LargeNormsVjp, PartsOfATensor) {
  check({1031, 16}, 1 << 14);
}

TEST_F(LargeNormsVjp, RefuseOperandsThatDoNotFit) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {6, 8}});
  const Tensor weight = graph.input("weight", {DType::f32, {8}});
  const Tensor half = graph.input("half", {DType::f16, {6, 8}});
  const ops::NormOptions norm{ops::NormKind::kRms, kEps};
  EXPECT_THROW(ops::norm_gradient(x, weight, half, norm), Error);
  EXPECT_THROW(ops::norm_gradient(x, x, x, norm), Error);
  EXPECT_THROW(ops::norm_weight_gradient(x, half, norm), Error);
}

}  // namespace
}  // namespace lapilli::test
