// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/ops/training.h"
#include "tests/ops/attention_kernel.h"
#include "tests/support/op_case.h"

#include <numeric>

namespace lapilli::test {
namespace {

/// Vectors and matrices whose elements end within a group of four.
const Shape kShapes[] = {Shape{1}, Shape{7, 113}, Shape{1030}, Shape{3, 5, 7}};

double sum_of_squares(const std::vector<double>& values) {
  return std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
}

class StatesTest : public GpuTest {
 protected:
  std::mt19937 generator_{23};
};

TEST_F(StatesTest, AccumulateAddsInPlace) {
  for (const DType dtype : kFloatStorage) {
    for (const Shape& shape : kShapes) {
      const HostTensor sum = HostTensor::random({DType::f32, shape}, generator_);
      const HostTensor x = HostTensor::random({dtype, shape}, generator_);
      const HostTensor after =
          run_op({.inputs = {sum, x}}, [](auto& in) { return ops::accumulate(in[0], in[1]); });
      std::vector<double> expected = sum.values();
      const std::vector<double> added = x.values();
      for (size_t index = 0; index < expected.size(); ++index) expected[index] += added[index];
      expect_equal(after, expected, text("accumulate ", x.type));
    }
  }
}

TEST_F(StatesTest, FillSetsEveryElement) {
  for (const DType dtype : kFloatStorage) {
    for (const Shape& shape : {Shape{1}, Shape{7, 113}, Shape{1030}}) {
      const HostTensor state = HostTensor::random({dtype, shape}, generator_);
      const HostTensor after = run_op({.inputs = {state}}, [](auto& in) { return ops::fill(in[0], 0.1f); });
      expect_equal(after, std::vector<double>(shape.elements(), 0.1f), text("fill ", state.type));
    }
  }
}

TEST_F(StatesTest, PartsGiveWhatTheWholeGives) {
  const HostTensor sum = HostTensor::random({DType::f32, {10007}}, generator_);
  const HostTensor x = HostTensor::random({DType::f16, {10007}}, generator_);
  const auto build = [](auto& in) { return ops::accumulate(ops::fill(in[0], 1.0f), in[1]); };
  const HostTensor whole = run_op({.inputs = {sum, x}}, build);
  const HostTensor parts = run_op(
      {.inputs = {sum, x}, .adjust_caps = [](DeviceCaps& caps) { caps.max_storage_range_bytes = 4096; }},
      build);
  EXPECT_EQ(whole.bytes, parts.bytes);
}

TEST_F(StatesTest, MoreGroupsThanOneDimensionHolds) {
  const HostTensor sum = HostTensor::zeros({DType::f32, {4097, 4099}});
  const HostTensor x = HostTensor::zeros({DType::f16, sum.type.shape});
  const HostTensor after = run_op({.inputs = {sum, x}}, [](auto& in) {
    return ops::accumulate(ops::fill(in[0], 2.0f), ops::fill(in[1], 0.5f));
  });
  for (size_t at = 0; at < after.bytes.size(); at += sizeof(float))
    ASSERT_EQ(load<float>(&after.bytes[at]), 2.5f) << at / sizeof(float);
}

TEST(StateShapes, RefuseWhatDoesNotFit) {
  Graph graph;
  const Tensor sum = graph.state("sum", {DType::f32, {6, 4}});
  const Tensor half = graph.state("half", {DType::f16, {6, 4}});
  const Tensor ids = graph.state("ids", {DType::i32, {6, 4}});
  const Tensor flat = graph.state("flat", {DType::f32, {24}});
  EXPECT_NO_THROW(ops::accumulate(sum, half));
  EXPECT_THROW(ops::accumulate(half, sum), Error);
  EXPECT_THROW(ops::accumulate(sum, flat), Error);
  EXPECT_THROW(ops::accumulate(sum, ids), Error);
  EXPECT_THROW(ops::fill(ids, 0), Error);
  EXPECT_THROW(ops::sum_of_squares(ids), Error);
}

class NormTest : public StatesTest, public testing::WithParamInterface<Kernel> {
 protected:
  static void adjust(DeviceCaps& caps) { force(GetParam(), caps); }
};

TEST_P(NormTest, SumOfSquares) {
  for (const DType dtype : kFloatStorage) {
    for (const Shape& shape : kShapes) {
      const HostTensor x = HostTensor::random({dtype, shape}, generator_);
      const double actual = run_op({.inputs = {x}, .adjust_caps = adjust}, [](auto& in) {
                              return ops::sum_of_squares(in[0]);
                            }).values()[0];
      const double expected = sum_of_squares(x.values());
      EXPECT_NEAR(actual, expected, 1e-6 * expected) << x.type;
    }
  }
}

/// Tensors of several types, one of them bound in parts.
TEST_P(NormTest, OneNormOfManyTensors) {
  std::vector<HostTensor> in = {HostTensor::random({DType::f32, {40009}}, generator_),
                                HostTensor::random({DType::bf16, {3, 5}}, generator_, 40),
                                HostTensor::random({DType::f16, {129, 257}}, generator_)};
  double squares = 0;
  for (const HostTensor& tensor : in) squares += sum_of_squares(tensor.values());
  const auto parts = [](DeviceCaps& caps) {
    adjust(caps);
    caps.max_storage_range_bytes = 80000;
  };
  for (const auto& adjustment : {std::function<void(DeviceCaps&)>(adjust), {parts}}) {
    const double actual = run_op({.inputs = in, .adjust_caps = adjustment}, [](auto& t) {
                            return ops::global_norm(t);
                          }).values()[0];
    EXPECT_NEAR(actual, std::sqrt(squares), 1e-6 * std::sqrt(squares));
  }
}

TEST_P(NormTest, ANumberThatIsNotFiniteIsSeen) {
  std::vector<double> values(20011, 0.5);
  values[20010] = std::numeric_limits<double>::quiet_NaN();
  const HostTensor nan = HostTensor::of({DType::f32, {20011}}, values);
  const HostTensor norm =
      run_op({.inputs = {nan, HostTensor::random({DType::f32, {3}}, generator_)}, .adjust_caps = adjust},
             [](auto& in) { return ops::global_norm(in); });
  EXPECT_TRUE(std::isnan(norm.values()[0]));
}

INSTANTIATE_TEST_SUITE_P(Kernels, NormTest, testing::Values(Kernel::kSoftware, Kernel::kGpu),
                         [](const auto& suite) { return name_of(suite.param); });

}  // namespace
}  // namespace lapilli::test
