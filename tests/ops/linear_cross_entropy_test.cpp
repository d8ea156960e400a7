// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/plan.h"
#include "engine/ops/training.h"
#include "tests/ops/attention_kernel.h"
#include "tests/ops/weights.h"
#include "tests/reference/cross_entropy.h"
#include "tests/support/op_case.h"
#include "tests/support/vjp_case.h"

namespace lapilli::test {
namespace {

constexpr double kScale = 0.375;
constexpr uint32_t kChunkRows = 128;

HostTensor scalar(double value) {
  return HostTensor::of({DType::f32, {1}}, {value});
}

/// Loss and row losses, then the gradients of x and the weight, for inputs x, weight, labels, scale,
/// upstream.
std::vector<Tensor> with_gradients(Graph& graph, const std::vector<Tensor>& in,
                                   const ops::CrossEntropy& result) {
  const ops::Seed seed{result.loss, in[4]};
  std::vector<Tensor> results = {result.loss, result.row_losses};
  for (const Tensor& gradient : ops::gradients(graph, {&seed, 1}, {in.data(), 2}))
    results.push_back(gradient);
  return results;
}

class LinearCrossEntropyTest : public GpuTest, public testing::WithParamInterface<Kernel> {
 protected:
  /// Every fourth row is ignored.
  HostTensor random_labels(uint64_t rows, uint64_t vocab) {
    std::vector<int32_t> labels(rows);
    for (size_t row = 0; row < rows; ++row)
      labels[row] = row % 4 == 3 ? -1 : static_cast<int32_t>(generator_() % vocab);
    return HostTensor::of_ints(labels);
  }

  std::vector<HostTensor> inputs(const TensorType& x, const TensorType& weight) {
    return {HostTensor::random(x, generator_), random_weight(weight, generator_),
            random_labels(x.rows(), weight.rows()), scalar(kScale), scalar(-1.25)};
  }

  static void adjust(DeviceCaps& caps) { force(GetParam(), caps); }

  std::mt19937 generator_{29};
};

TEST_P(LinearCrossEntropyTest, EqualsItsComposedTwin) {
  // The last of several chunks is as long as the others, or shorter.
  for (const auto& [rows, dim] : {RowsCols{300, 29}, RowsCols{300, 64}, RowsCols{256, 64}}) {
    const std::vector<HostTensor> in = inputs({DType::f32, {rows, dim}}, {DType::f32, {113, dim}});
    const OpRun run{.inputs = in, .adjust_caps = adjust};
    const auto fused = run_graph(run, [](Graph& graph, const std::vector<Tensor>& t) {
      return with_gradients(graph, t, ops::linear_cross_entropy(t[0], t[1], t[2], t[3], kChunkRows));
    });
    const auto twin = run_graph(run, [](Graph& graph, const std::vector<Tensor>& t) {
      return with_gradients(graph, t, ops::cross_entropy(ops::linear(t[0], t[1]), t[2], t[3]));
    });
    EXPECT_EQ(fused[0].bytes, twin[0].bytes);
    EXPECT_EQ(fused[1].bytes, twin[1].bytes);
    for (const size_t index : {2, 3})
      expect_close(fused[index].values(), twin[index].values(), kExactF32, text("gradient ", index - 2));
  }
}

TEST_P(LinearCrossEntropyTest, GradientsEqualThoseOfDualNumbers) {
  for (const uint64_t rows : {5, 131}) {
    std::vector<HostTensor> in = inputs({DType::f32, {rows, 5}}, {DType::f32, {7, 5}});
    in.pop_back();
    const std::vector<int32_t> labels = in[2].ints();
    check_vjp(
        {.inputs = in,
         .wanted = {true, true, false, false},
         .adjust_caps = adjust,
         .what = text("linear_cross_entropy ", name_of(GetParam()), " rows ", rows)},
        [](auto& t) { return ops::linear_cross_entropy(t[0], t[1], t[2], t[3], kChunkRows).loss; },
        [&](const std::vector<Duals>& t) {
          const size_t dim = t[0].size() / labels.size(), vocab = t[1].size() / dim;
          Duals logits(labels.size() * vocab);
          for (size_t row = 0; row < labels.size(); ++row) {
            for (size_t col = 0; col < vocab; ++col) {
              for (size_t d = 0; d < dim; ++d)
                logits[row * vocab + col] += t[0][row * dim + d] * t[1][col * dim + d];
            }
          }
          Duals loss{0.0};
          for (const auto& row : reference::cross_entropy(logits, labels)) loss[0] += t[3][0] * row;
          return loss;
        });
  }
}

/// x's gradient through scalar and block types, by its formula in double; linear's own tests have every type.
TEST_P(LinearCrossEntropyTest, WeightTypesAndStorage) {
  constexpr size_t kRows = 5, kDim = 256, kVocab = 67;
  for (const DType dtype : kFloatStorage) {
    for (const DType weight_dtype :
         {DType::f32, DType::f16, DType::bf16, DType::q8_0, DType::q4_k, DType::q6_k}) {
      const std::vector<HostTensor> in = inputs({dtype, {kRows, kDim}}, {weight_dtype, {kVocab, kDim}});
      const auto actual =
          run_graph({.inputs = in, .adjust_caps = adjust}, [](Graph& graph, const std::vector<Tensor>& t) {
            const ops::CrossEntropy result = ops::linear_cross_entropy(t[0], t[1], t[2], t[3]);
            const ops::Seed seed{result.loss, t[4]};
            return ops::gradients(graph, {&seed, 1}, {t.data(), 1});
          });
      const std::vector<double> x = in[0].values(), w = values_of(in[1]).values;
      const std::vector<int32_t> labels = in[2].ints();
      std::vector<double> expected(kRows * kDim, 0.0);
      for (size_t row = 0; row < kRows; ++row) {
        if (labels[row] < 0) continue;
        std::vector<double> shares(kVocab);
        double total = 0;
        for (size_t col = 0; col < kVocab; ++col) {
          double logit = 0;
          for (size_t d = 0; d < kDim; ++d) logit += x[row * kDim + d] * w[col * kDim + d];
          total += shares[col] = std::exp(logit);
        }
        for (size_t col = 0; col < kVocab; ++col) {
          const double own = static_cast<size_t>(labels[row]) == col ? 1 : 0;
          for (size_t d = 0; d < kDim; ++d)
            expected[row * kDim + d] += -1.25 * kScale * (shares[col] / total - own) * w[col * kDim + d];
        }
      }
      const Tolerance tolerance = dtype == DType::f32 ? Tolerance{1e-10, 1e-3} : tolerance_of(dtype);
      expect_close(
          actual[0].values(), expected, tolerance,
          text("linear_cross_entropy ", name_of(GetParam()), ' ', in[0].type, " weight ", in[1].type));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, LinearCrossEntropyTest, testing::Values(Kernel::kSoftware, Kernel::kGpu),
                         [](const auto& suite) { return name_of(suite.param); });

/// Logits of all rows would be 250 MiB, and their gradients as much again.
TEST(LinearCrossEntropyShapes, NeverHoldsTheLogitsOfAllRows) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f16, {2048, 64}});
  const Tensor weight = graph.weight("weight", {DType::q8_0, {32000, 64}});
  const Tensor loss = ops::linear_cross_entropy(x, weight, graph.input("labels", {DType::i32, {2048}}),
                                                graph.input("scale", {DType::f32, {1}}))
                          .loss;
  const ops::Seed seed{loss, graph.input("upstream", loss.type())};
  graph.output("loss", loss);
  graph.output("gradient", ops::gradients(graph, {&seed, 1}, {&x, 1}).front());
  EXPECT_LE(make_plan(graph, DeviceCaps()).arena_bytes(), uint64_t{66} << 20);
}

TEST(LinearCrossEntropyShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f16, {6, 64}});
  const Tensor weight = graph.weight("weight", {DType::q4_0, {29, 64}});
  const Tensor narrow = graph.weight("narrow", {DType::q4_0, {29, 32}});
  const Tensor labels = graph.input("labels", {DType::i32, {6}});
  const Tensor scale = graph.input("scale", {DType::f32, {1}});
  EXPECT_NO_THROW(ops::linear_cross_entropy(x, weight, labels, scale));
  EXPECT_THROW(ops::linear_cross_entropy(x, narrow, labels, scale), Error);
  EXPECT_THROW(ops::linear_cross_entropy(x, labels, labels, scale), Error);
  EXPECT_THROW(ops::linear_cross_entropy(labels, weight, labels, scale), Error);
  EXPECT_THROW(ops::linear_cross_entropy(x, weight, scale, scale), Error);
  EXPECT_THROW(ops::linear_cross_entropy(x, weight, labels, scale, 100), Error);
}

}  // namespace
}  // namespace lapilli::test
