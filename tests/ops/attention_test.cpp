// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/attention.h"
#include "engine/ops/ops.h"
#include "tests/ops/attention_kernel.h"
#include "tests/support/device_fixture.h"
#include "tests/support/op_runner.h"

#include <gtest/gtest.h>

namespace lapilli::test {
namespace {

using reference::Heads;
using reference::KeyRange;

struct Case {
  DType dtype = DType::f32;
  Heads shape = {3, 3, 64};
  uint64_t rows = 29;
  bool causal = false;
  uint32_t sequence_rows = 0;
  double spread = 1.0;  ///< of the queries: large ones make the softmax sharp
  std::optional<uint32_t> live_rows = std::nullopt;
};

class AttentionTest : public GpuTest, public testing::WithParamInterface<Kernel> {
 protected:
  static void check(const Case& c) {
    std::mt19937 generator(7);
    const uint64_t kv_cols = c.shape.kv_heads * c.shape.head_dim;
    const TensorType q_type{c.dtype, {c.rows, c.shape.heads * c.shape.head_dim}, c.live_rows.has_value()};
    const TensorType kv_type{c.dtype, {c.rows, kv_cols}, c.live_rows.has_value()};
    const std::vector<HostTensor> in = {HostTensor::random(q_type, generator, c.spread),
                                        HostTensor::random(kv_type, generator),
                                        HostTensor::random(kv_type, generator)};
    const double scale = 1 / std::sqrt(static_cast<double>(c.shape.head_dim));
    const ops::AttentionOptions options{.heads = static_cast<uint32_t>(c.shape.heads),
                                        .kv_heads = static_cast<uint32_t>(c.shape.kv_heads),
                                        .scale = static_cast<float>(scale),
                                        .causal = c.causal,
                                        .sequence_rows = c.sequence_rows};
    const auto result =
        run_op({.inputs = in,
                .live_rows = c.live_rows,
                .adjust_caps = [](DeviceCaps& caps) { force(GetParam(), caps); }},
               [&](const std::vector<Tensor>& t) { return ops::attention(t[0], t[1], t[2], options); });

    const uint64_t live = c.live_rows.value_or(static_cast<uint32_t>(c.rows));
    const uint64_t length = c.sequence_rows != 0 ? c.sequence_rows : c.rows;
    std::vector<KeyRange> ranges;
    for (uint64_t row = 0; row < live; ++row) {
      const uint64_t first = row - row % length;
      ranges.push_back({first, c.causal ? row - first + 1 : std::min(length, live - first)});
    }
    auto actual = result.values();
    const auto dead = actual.begin() + static_cast<ptrdiff_t>(live * q_type.cols());
    EXPECT_TRUE(std::all_of(dead, actual.end(), [](double value) { return std::isnan(value); }))
        << "rows that aren't live were written";
    actual.erase(dead, actual.end());
    auto expected =
        reference::attention(in[0].values(), in[1].values(), in[2].values(), c.shape, scale, ranges);
    expected.resize(actual.size());
    expect_close(actual, expected, tolerance_of(c.dtype),
                 text("attention ", name_of(GetParam()), ' ', q_type, " heads ", c.shape.heads, '/',
                      c.shape.kv_heads, c.causal ? " causal" : " full", " sequences of ", length));
  }
};

TEST_P(AttentionTest, FullInEveryStorageType) {
  for (const DType dtype : {DType::f32, DType::f16, DType::bf16})
    check({.dtype = dtype, .shape = {3, 3, 32}});
}

TEST_P(AttentionTest, HeadSizes) {
  for (const size_t head_dim : {4, 20, 48, 80, 128}) check({.shape = {3, 3, head_dim}, .causal = true});
}

TEST_P(AttentionTest, FewAndManyRows) {
  for (const uint64_t rows : {1, 2, 3, 15, 16, 17, 31, 33, 113}) {
    check({.shape = {5, 5, 8}, .rows = rows});
    check({.shape = {5, 5, 8}, .rows = rows, .causal = true});
  }
}

TEST_P(AttentionTest, SharedKeyHeads) {
  check({.shape = {6, 2, 8}, .causal = true});
  check({.shape = {7, 1, 8}, .rows = 5});
}

TEST_P(AttentionTest, SequencesDoNotSeeEachOther) {
  check({.shape = {3, 3, 8}, .rows = 35, .causal = true, .sequence_rows = 7});
  check({.shape = {3, 3, 8}, .rows = 39, .sequence_rows = 13});
}

TEST_P(AttentionTest, SharpSoftmaxStaysFinite) {
  check({.shape = {3, 3, 8}, .spread = 300.0});
}

TEST_P(AttentionTest, OnlyLiveRowsAreComputedAndSeen) {
  check({.shape = {3, 3, 8}, .rows = 40, .live_rows = 23});
  check({.shape = {3, 3, 8}, .rows = 40, .causal = true, .live_rows = 1});
}

TEST_P(AttentionTest, MoreGroupsThanOneDimensionHolds) {
  check({.shape = {22000, 1, 4}, .rows = 17, .causal = true});
}

INSTANTIATE_TEST_SUITE_P(Kernels, AttentionTest, testing::Values(Kernel::kSoftware, Kernel::kGpu),
                         [](const auto& suite) { return name_of(suite.param); });

TEST(AttentionShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor q = graph.input("q", {DType::f32, {6, 64}});
  const Tensor k = graph.input("k", {DType::f32, {6, 32}});
  const Tensor half = graph.input("half", {DType::f16, {6, 32}});
  const Tensor longer = graph.input("longer", {DType::f32, {7, 32}});
  const auto attend = [&](Tensor keys, Tensor values, uint32_t heads, uint32_t kv_heads, uint32_t rows = 0) {
    return ops::attention(q, keys, values, {.heads = heads, .kv_heads = kv_heads, .sequence_rows = rows});
  };
  EXPECT_NO_THROW(attend(k, k, 4, 2));
  EXPECT_THROW(attend(k, k, 4, 4), Error);  // the keys have two heads
  EXPECT_THROW(attend(k, k, 3, 2), Error);  // two heads don't divide three
  EXPECT_THROW(attend(k, k, 0, 0), Error);
  EXPECT_THROW(attend(k, k, 32, 16), Error);      // heads of two columns
  EXPECT_THROW(attend(half, half, 4, 2), Error);  // another type than q
  EXPECT_THROW(attend(longer, longer, 4, 2), Error);
  EXPECT_THROW(attend(k, k, 4, 2, 4), Error);  // sequences of four rows in six
}

}  // namespace
}  // namespace lapilli::test
