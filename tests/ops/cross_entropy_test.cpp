// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/cross_entropy.h"
#include "engine/ops/training.h"
#include "tests/ops/attention_kernel.h"
#include "tests/support/op_case.h"
#include "tests/support/vjp_case.h"

#include <numeric>

namespace lapilli::test {
namespace {

constexpr double kScale = 0.375;

class CrossEntropyTest : public GpuTest, public testing::WithParamInterface<Kernel> {
 protected:
  /// Every third row is ignored.
  HostTensor random_labels(uint64_t rows, uint64_t vocab) {
    std::vector<int32_t> labels(rows);
    for (size_t row = 0; row < rows; ++row)
      labels[row] = row % 3 == 2 ? -100 : static_cast<int32_t>(generator_() % vocab);
    return HostTensor::of_ints(labels);
  }

  static HostTensor scale() { return HostTensor::of({DType::f32, {1}}, {kScale}); }
  static void adjust(DeviceCaps& caps) { force(GetParam(), caps); }

  std::mt19937 generator_{3};
};

std::vector<Tensor> loss_of(Graph& /*graph*/, const std::vector<Tensor>& in) {
  const ops::CrossEntropy result = ops::cross_entropy(in[0], in[1], in[2]);
  return {result.loss, result.row_losses};
}

TEST_P(CrossEntropyTest, EqualsItsFormula) {
  for (const DType dtype : kFloatStorage) {
    for (const RowsCols& shape : {RowsCols{1, 1}, RowsCols{7, 5}, RowsCols{3, 4099}, RowsCols{65539, 3}}) {
      const HostTensor x = HostTensor::random(type_of(dtype, shape), generator_, 4);
      const HostTensor labels = random_labels(shape.rows, shape.cols);
      const auto result = run_graph({.inputs = {x, labels, scale()}, .adjust_caps = adjust}, loss_of);
      const auto rows = reference::cross_entropy(x.values(), labels.ints());
      const std::string what = text("cross_entropy ", name_of(GetParam()), ' ', x.type);
      expect_close(result[1].values(), rows, kExactF32, what);
      const double sum = std::accumulate(rows.begin(), rows.end(), 0.0);
      EXPECT_NEAR(result[0].values()[0] / kScale, sum, 1e-5 * std::abs(sum)) << what;
    }
  }
}

TEST_P(CrossEntropyTest, GradientEqualsThatOfDualNumbers) {
  for (const DType dtype : kFloatStorage) {
    for (const RowsCols& shape : {RowsCols{7, 13}, RowsCols{2, 113}}) {
      const HostTensor labels = random_labels(shape.rows, shape.cols);
      check_vjp(
          {.inputs = {HostTensor::random(type_of(dtype, shape), generator_, 2), labels, scale()},
           .wanted = {true, false, false},
           .adjust_caps = adjust,
           .what = text("cross_entropy ", name_of(GetParam()))},
          [](auto& in) { return ops::cross_entropy(in[0], in[1], in[2]).loss; },
          [&](const std::vector<Duals>& in) {
            Duals loss{0.0};
            for (const auto& row : reference::cross_entropy(in[0], labels.ints())) loss[0] += in[2][0] * row;
            return loss;
          });
    }
  }
}

/// Bound in parts, as logits beyond the device's storage range are.
TEST_P(CrossEntropyTest, PartsGiveWhatTheWholeGives) {
  const HostTensor x = HostTensor::random({DType::f32, {97, 64}}, generator_);
  const HostTensor labels = random_labels(97, 64);
  const auto build = [](Graph& graph, const std::vector<Tensor>& in) {
    std::vector<Tensor> results = loss_of(graph, in);
    const ops::Seed seed{results[0], in[3]};
    results.push_back(ops::gradients(graph, {&seed, 1}, {&in[0], 1})[0]);
    return results;
  };
  OpRun run{.inputs = {x, labels, scale(), scale()}, .adjust_caps = adjust};
  const auto whole = run_graph(run, build);
  run.adjust_caps = [](DeviceCaps& caps) {
    adjust(caps);
    caps.max_storage_range_bytes = 40 * 256;
  };
  const auto parts = run_graph(run, build);
  for (size_t index = 0; index < whole.size(); ++index) EXPECT_EQ(whole[index].bytes, parts[index].bytes);
}

TEST_P(CrossEntropyTest, LargeLogitsStayFinite) {
  const HostTensor x = HostTensor::of({DType::f32, {2, 3}}, {3e4, -3e4, 2e4, -3e38, 0, -3e38});
  const auto result =
      run_graph({.inputs = {x, HostTensor::of_ints({2, 1}), scale()}, .adjust_caps = adjust}, loss_of);
  EXPECT_EQ(result[1].values(), (std::vector<double>{1e4, 0}));
}

TEST_P(CrossEntropyTest, OnlyIgnoredRowsGiveExactlyZero) {
  const HostTensor x = HostTensor::random({DType::f16, {5, 29}}, generator_);
  const auto build = [](Graph& graph, const std::vector<Tensor>& in) {
    const Tensor loss = loss_of(graph, in)[0];
    const ops::Seed seed{loss, in[2]};
    return std::vector<Tensor>{loss, ops::gradients(graph, {&seed, 1}, {&in[0], 1})[0]};
  };
  const HostTensor labels = HostTensor::of_ints({-1, -100, -2, -1, -1});
  for (const HostTensor& result : run_graph({.inputs = {x, labels, scale()}, .adjust_caps = adjust}, build)) {
    for (const double value : result.values()) EXPECT_EQ(value, 0.0);
  }
}

TEST_P(CrossEntropyTest, ALabelBeyondTheVocabularyIsNotSilent) {
  const HostTensor x = HostTensor::random({DType::f32, {2, 29}}, generator_);
  const auto result =
      run_graph({.inputs = {x, HostTensor::of_ints({3, 29}), scale()}, .adjust_caps = adjust}, loss_of);
  EXPECT_TRUE(std::isnan(result[0].values()[0]));
  EXPECT_FALSE(std::isnan(result[1].values()[0]));
}

INSTANTIATE_TEST_SUITE_P(Kernels, CrossEntropyTest, testing::Values(Kernel::kSoftware, Kernel::kGpu),
                         [](const auto& suite) { return name_of(suite.param); });

TEST(CrossEntropyShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor logits = graph.input("logits", {DType::f32, {6, 64}});
  const Tensor labels = graph.input("labels", {DType::i32, {6}});
  const Tensor fewer = graph.input("fewer", {DType::i32, {5}});
  const Tensor scale = graph.input("scale", {DType::f32, {1}});
  EXPECT_NO_THROW(ops::cross_entropy(logits, labels, scale));
  EXPECT_THROW(ops::cross_entropy(labels, labels, scale), Error);
  EXPECT_THROW(ops::cross_entropy(logits, fewer, scale), Error);
  EXPECT_THROW(ops::cross_entropy(logits, scale, scale), Error);
  EXPECT_THROW(ops::cross_entropy(logits, labels, labels), Error);
}

TEST(CrossEntropyShapes, RowLossesHaveNoGradient) {
  Graph graph;
  const Tensor logits = graph.input("logits", {DType::f32, {6, 64}});
  const Tensor rows = ops::cross_entropy(logits, graph.input("labels", {DType::i32, {6}}),
                                         graph.input("scale", {DType::f32, {1}}))
                          .row_losses;
  const ops::Seed seed{rows, graph.input("upstream", rows.type())};
  EXPECT_THROW(ops::gradients(graph, {&seed, 1}, {&logits, 1}), Error);
}

}  // namespace
}  // namespace lapilli::test
