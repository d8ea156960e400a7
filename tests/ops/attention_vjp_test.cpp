// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/lower.h"
#include "engine/ops/attention_gradient.h"
#include "engine/ops/octets.h"
#include "tests/ops/attention_kernel.h"
#include "tests/reference/attention.h"
#include "tests/support/op_case.h"
#include "tests/support/vjp_case.h"

namespace lapilli::test {
namespace {

using reference::Heads;
using reference::KeyRange;

struct Case {
  DType dtype = DType::f32;
  Heads shape = {2, 2, 8};
  uint64_t rows = 7;
  bool causal = true;
  uint32_t sequence_rows = 0;
  double spread = 1.0;  ///< of the queries: large ones make the softmax sharp

  [[nodiscard]] double scale() const { return 1 / std::sqrt(static_cast<double>(shape.head_dim)); }

  [[nodiscard]] ops::AttentionOptions options() const {
    return {.heads = static_cast<uint32_t>(shape.heads),
            .kv_heads = static_cast<uint32_t>(shape.kv_heads),
            .scale = static_cast<float>(scale()),
            .causal = causal,
            .sequence_rows = sequence_rows};
  }

  [[nodiscard]] std::vector<KeyRange> ranges() const {
    const uint64_t length = sequence_rows != 0 ? sequence_rows : rows;
    std::vector<KeyRange> result;
    for (uint64_t row = 0; row < rows; ++row) {
      const uint64_t first = row - row % length;
      result.push_back({first, causal ? row - first + 1 : length});
    }
    return result;
  }

  [[nodiscard]] std::vector<HostTensor> inputs() const {
    std::mt19937 generator(7);
    const TensorType kv{dtype, {rows, shape.kv_heads * shape.head_dim}};
    return {HostTensor::random({dtype, {rows, shape.heads * shape.head_dim}}, generator, spread),
            HostTensor::random(kv, generator), HostTensor::random(kv, generator)};
  }

  [[nodiscard]] std::string what(Kernel kernel) const {
    return text("attention ", name_of(kernel), ' ', dtype_name(), " rows ", rows, " heads ", shape.heads, '/',
                shape.kv_heads, " of ", shape.head_dim, causal ? " causal" : " full", " sequences of ",
                sequence_rows);
  }

 private:
  [[nodiscard]] std::string_view dtype_name() const { return to_string(dtype); }
};

class AttentionVjp : public GpuTest, public testing::WithParamInterface<Kernel> {
 protected:
  static void adjust(DeviceCaps& caps) { force(GetParam(), caps); }

  /// Every element of every gradient, by dual numbers.
  static void check(const Case& c) {
    check_vjp(
        {.inputs = c.inputs(),
         .wanted = {true, true, true},
         .adjust_caps = adjust,
         .what = c.what(GetParam())},
        [&](auto& in) { return ops::attention(in[0], in[1], in[2], c.options()); },
        [&](const std::vector<Duals>& in) {
          return reference::attention(in[0], in[1], in[2], c.shape, c.scale(), c.ranges());
        });
  }

  static std::vector<HostTensor> run(const Case& c, std::vector<HostTensor> in_and_upstream) {
    return run_graph({.inputs = std::move(in_and_upstream), .adjust_caps = adjust},
                     [&](Graph& graph, const std::vector<Tensor>& in) {
                       const ops::Seed seed{ops::attention(in[0], in[1], in[2], c.options()), in[3]};
                       return ops::gradients(graph, {&seed, 1}, {in.data(), 3});
                     });
  }

  /// Shapes too large for dual numbers of every element: their formulas in double.
  static void check_large(const Case& c) {
    std::vector<HostTensor> in = c.inputs();
    std::mt19937 generator(8);
    in.push_back(HostTensor::random(in[0].type, generator));
    const auto actual = run(c, in);
    const auto expected = reference::attention_gradients(in[0].values(), in[1].values(), in[2].values(),
                                                         in[3].values(), c.shape, c.scale(), c.ranges());
    const Tolerance tolerance = c.dtype == DType::f32 ? Tolerance{1e-10, 1e-3} : tolerance_of(c.dtype);
    for (size_t index = 0; index < expected.size(); ++index)
      expect_close(actual[index].values(), expected[index], tolerance,
                   text(c.what(GetParam()), ": gradient of operand ", index));
  }
};

TEST_P(AttentionVjp, EveryStorageType) {
  for (const DType dtype : kFloatStorage) {
    check({.dtype = dtype});
    check({.dtype = dtype, .causal = false});
  }
}

TEST_P(AttentionVjp, HeadSizes) {
  for (const size_t head_dim : {4, 12, 32}) check({.shape = {2, 2, head_dim}, .rows = 5});
  for (const size_t head_dim : {20, 48, 64, 80, 128}) check_large({.shape = {3, 3, head_dim}, .rows = 29});
}

TEST_P(AttentionVjp, FewAndManyRows) {
  for (const uint64_t rows : {1, 2, 3, 9}) check({.rows = rows});
  for (const uint64_t rows : {16, 17, 31, 113}) {
    check_large({.shape = {5, 5, 8}, .rows = rows});
    check_large({.shape = {5, 5, 8}, .rows = rows, .causal = false});
  }
}

TEST_P(AttentionVjp, SharedKeyHeads) {
  check({.shape = {4, 2, 8}, .rows = 5});
  check({.shape = {3, 1, 4}, .causal = false});
  check_large({.shape = {8, 2, 32}, .rows = 61});
}

TEST_P(AttentionVjp, SequencesDoNotSeeEachOther) {
  check({.rows = 12, .sequence_rows = 3});
  check({.rows = 10, .causal = false, .sequence_rows = 5});
  check_large({.shape = {3, 3, 8}, .rows = 91, .sequence_rows = 13});
  check_large({.shape = {3, 1, 8}, .rows = 91, .causal = false, .sequence_rows = 7});
}

TEST_P(AttentionVjp, LargeInEveryStorageType) {
  for (const DType dtype : kFloatStorage) check_large({.dtype = dtype, .shape = {2, 2, 64}, .rows = 113});
}

TEST_P(AttentionVjp, SharpSoftmaxStaysFinite) {
  for (const HostTensor& gradient : run({.spread = 1000}, [] {
         std::vector<HostTensor> in = Case{.spread = 1000}.inputs();
         in.push_back(in[0]);
         return in;
       }())) {
    for (const double value : gradient.values()) EXPECT_TRUE(std::isfinite(value));
  }
}

TEST_P(AttentionVjp, TwoRunsGiveTheSameBits) {
  const Case c{.shape = {6, 2, 16}, .rows = 61};
  std::vector<HostTensor> in = c.inputs();
  in.push_back(in[0]);
  const auto first = run(c, in), second = run(c, in);
  for (size_t index = 0; index < first.size(); ++index) EXPECT_EQ(first[index].bytes, second[index].bytes);
}

TEST_P(AttentionVjp, OctetsServeHeadsOfWholeOctets) {
  for (const uint32_t head_dim : {64u, 20u}) {
    Graph graph;
    const Tensor q = graph.input("q", {DType::f32, {6, 2 * head_dim}});
    const Tensor log_sums = graph.input("log_sums", {DType::f32, {6, 2}});
    const auto gradients = ops::attention_gradient(q, {q, q, q, log_sums, q}, {.heads = 2, .kv_heads = 2});
    graph.output("dk", gradients.k);
    DeviceCaps caps = device().caps();
    adjust(caps);
    const bool expected =
        GetParam() == Kernel::kSoftwareWithOctets && ops::loads_octets(caps) && head_dim % 8 == 0;
    for (const Dispatch& dispatch : lower(graph, caps).dispatches) {
      const std::string_view name = dispatch.shader->name;
      EXPECT_EQ(name.find("octets") != name.npos, expected) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, AttentionVjp,
                         testing::Values(Kernel::kSoftware, Kernel::kSoftwareWithOctets, Kernel::kGpu),
                         [](const auto& suite) { return name_of(suite.param); });

TEST(AttentionGradientShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor q = graph.input("q", {DType::f32, {6, 64}});
  const Tensor other = graph.input("other", {DType::f32, {6, 32}});
  const Tensor log_sums = graph.input("log_sums", {DType::f32, {6, 4}});
  const ops::AttentionOptions options{.heads = 4, .kv_heads = 4};
  EXPECT_NO_THROW(ops::attention_gradient(q, {q, q, q, log_sums, q}, options));
  EXPECT_THROW(ops::attention_gradient(q, {q, q, q, q, q}, options), Error);
  EXPECT_THROW(ops::attention_gradient(q, {q, q, q, log_sums, other}, options), Error);
}

}  // namespace
}  // namespace lapilli::test
