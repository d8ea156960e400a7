// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/ops.h"
#include "tests/ops/attention_kernel.h"
#include "tests/reference/attention.h"
#include "tests/support/device_fixture.h"
#include "tests/support/op_runner.h"

#include <gtest/gtest.h>

#include <numeric>

namespace lapilli::test {
namespace {

using reference::Heads;
using reference::KeyRange;

/// A cache of random keys, and rows that look at it.
struct Case {
  DType dtype = DType::f32;
  DType cache_dtype = DType::f32;
  Heads shape = {6, 2, 8};
  uint64_t lanes = 3;
  uint64_t context = 37;
  std::vector<int32_t> row_positions = {};
  std::vector<int32_t> row_lanes = {};
  std::optional<uint32_t> live_rows = std::nullopt;
  uint64_t max_range_bytes = 0;  ///< of a binding; 0: the device's
};

class CachedAttentionTest : public GpuTest, public testing::WithParamInterface<Kernel> {
 protected:
  static std::vector<HostTensor> inputs(const Case& c) {
    std::mt19937 generator(11);
    const TensorType q{
        c.dtype, {c.row_lanes.size(), c.shape.heads * c.shape.head_dim}, c.live_rows.has_value()};
    const TensorType cache{c.cache_dtype, {c.lanes, c.shape.kv_heads, c.context, c.shape.head_dim}};
    return {HostTensor::random(q, generator), HostTensor::random(cache, generator),
            HostTensor::random(cache, generator), HostTensor::of_ints(c.row_positions),
            HostTensor::of_ints(c.row_lanes)};
  }

  static HostTensor attend(const Case& c, const std::vector<HostTensor>& in) {
    const ops::AttentionOptions options{.heads = static_cast<uint32_t>(c.shape.heads),
                                        .kv_heads = static_cast<uint32_t>(c.shape.kv_heads),
                                        .scale = 1 / std::sqrt(static_cast<float>(c.shape.head_dim))};
    const auto adjust = [&](DeviceCaps& caps) {
      force(GetParam(), caps);
      if (c.max_range_bytes != 0) caps.max_storage_range_bytes = c.max_range_bytes;
    };
    return run_op({.inputs = in, .live_rows = c.live_rows, .adjust_caps = adjust},
                  [&](const std::vector<Tensor>& t) {
                    return ops::cached_attention(t[0], t[1], t[2], t[3], t[4], options);
                  });
  }

  /// A cache as the reference has its keys: one row of all heads for each position.
  static std::vector<double> by_position(const Case& c, const HostTensor& cache) {
    const std::vector<double> values = cache.values();
    const size_t heads = c.shape.kv_heads, columns = c.shape.head_dim;
    std::vector<double> rows;
    for (size_t lane = 0; lane < c.lanes; ++lane)
      for (size_t position = 0; position < c.context; ++position)
        for (size_t head = 0; head < heads; ++head) {
          const size_t from = ((lane * heads + head) * c.context + position) * columns;
          rows.insert(rows.end(), values.begin() + static_cast<ptrdiff_t>(from),
                      values.begin() + static_cast<ptrdiff_t>(from + columns));
        }
    return rows;
  }

  static void check(const Case& c) {
    const auto in = inputs(c);
    const size_t live = c.live_rows.value_or(static_cast<uint32_t>(c.row_lanes.size()));
    std::vector<KeyRange> ranges;
    for (size_t row = 0; row < live; ++row) {
      ranges.push_back(
          {static_cast<size_t>(c.row_lanes[row]) * c.context, static_cast<size_t>(c.row_positions[row]) + 1});
    }
    auto actual = attend(c, in).values();
    auto expected =
        reference::attention(in[0].values(), by_position(c, in[1]), by_position(c, in[2]), c.shape,
                             1 / std::sqrt(static_cast<double>(c.shape.head_dim)), ranges);
    const size_t live_elements = live * c.shape.heads * c.shape.head_dim;
    for (size_t at = live_elements; at < actual.size(); ++at) ASSERT_TRUE(std::isnan(actual[at])) << at;
    actual.resize(live_elements);
    expected.resize(live_elements);
    expect_close(actual, expected, tolerance_of(c.dtype),
                 text("cached_attention ", name_of(GetParam()), ' ', in[0].type, " over ", in[1].type));
  }

  /// Rows of one chat at positions begin … end−1.
  static Case prefill(int32_t begin, int32_t end, int32_t lane) {
    Case c;
    c.row_positions.resize(static_cast<size_t>(end - begin));
    std::iota(c.row_positions.begin(), c.row_positions.end(), begin);
    c.row_lanes.assign(c.row_positions.size(), lane);
    return c;
  }
};

TEST_P(CachedAttentionTest, Prefill) {
  check(prefill(0, 37, 1));
  check(prefill(3, 25, 2));
  check(prefill(30, 37, 0));  // up to the end of the context
}

TEST_P(CachedAttentionTest, OneRow) {
  for (const int32_t position : {0, 1, 2, 17, 36}) check(prefill(position, position + 1, 1));
}

TEST_P(CachedAttentionTest, RowsOfSeveralLanes) {
  Case few;
  few.row_positions = {5, 36, 0, 12};
  few.row_lanes = {2, 0, 1, 2};
  check(few);
  Case many;
  for (int32_t row = 0; row < 43; ++row) {
    many.row_lanes.push_back(row / 7 % 3);
    many.row_positions.push_back((row * 5) % 37);
  }
  check(many);
}

TEST_P(CachedAttentionTest, EveryPairOfStorageTypes) {
  for (const int32_t rows : {5, 19}) {
    for (const DType dtype : {DType::f32, DType::f16, DType::bf16}) {
      for (const DType cache_dtype : {DType::f32, DType::f16, DType::bf16}) {
        Case c = prefill(20 - rows, 20, 1);
        c.dtype = dtype;
        c.cache_dtype = cache_dtype;
        check(c);
      }
    }
  }
}

TEST_P(CachedAttentionTest, LargerHeads) {
  for (const int32_t rows : {7, 21}) {
    Case c = prefill(0, rows, 1);
    c.shape = {2, 1, 64};
    check(c);
    c.shape = {3, 3, 128};
    check(c);
    c.shape = {4, 2, 20};  // no octets
    check(c);
  }
}

TEST_P(CachedAttentionTest, OnlyLiveRowsAreComputed) {
  for (const uint32_t live : {1u, 18u}) {
    Case c = prefill(0, 37, 1);
    c.live_rows = live;
    check(c);
  }
}

TEST_P(CachedAttentionTest, CacheLargerThanABinding) {
  Case c;
  c.context = 32;
  c.lanes = 5;
  for (int32_t row = 0; row < 20; ++row) {
    c.row_lanes.push_back((row * 3) % 5);
    c.row_positions.push_back((row * 7) % 32);
  }
  c.max_range_bytes = 2 * c.context * c.shape.kv_heads * c.shape.head_dim * sizeof(float);
  check(c);
}

TEST_P(CachedAttentionTest, ARowHasTheSameBitsInEveryStep) {
  // Few rows have a kernel of their own: they are alike among themselves.
  const bool octets = GetParam() == Kernel::kSoftwareWithOctets;
  const Case together = octets ? prefill(21, 37, 1) : prefill(0, 37, 1);
  const auto in = inputs(together);
  const HostTensor all = attend(together, in);
  const size_t row_size = all.bytes.size() / together.row_lanes.size();
  for (const size_t row : {0u, 9u, 15u, 36u}) {
    if (row >= together.row_lanes.size()) continue;
    const int32_t position = together.row_positions[row];
    const Case alone = prefill(position, position + 1, 1);
    auto one = in;
    one[0].type.shape = {1, all.type.cols()};
    const auto at = in[0].bytes.begin() + static_cast<ptrdiff_t>(row * row_size);
    one[0].bytes.assign(at, at + static_cast<ptrdiff_t>(row_size));
    one[3] = HostTensor::of_ints(alone.row_positions);
    one[4] = HostTensor::of_ints(alone.row_lanes);
    const HostTensor single = attend(alone, one);
    EXPECT_TRUE(std::equal(single.bytes.begin(), single.bytes.end(),
                           all.bytes.begin() + static_cast<ptrdiff_t>(row * row_size)))
        << "row " << row;
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, CachedAttentionTest,
                         testing::Values(Kernel::kSoftware, Kernel::kSoftwareWithOctets, Kernel::kGpu),
                         [](const auto& suite) { return name_of(suite.param); });

TEST(CachedAttentionShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor q = graph.input("q", {DType::f32, {6, 64}});
  const Tensor cache = graph.state("cache", {DType::f16, {2, 2, 10, 16}});
  const Tensor other = graph.state("other", {DType::f16, {2, 2, 11, 16}});
  const Tensor flat = graph.state("flat", {DType::f16, {20, 32}});
  const Tensor rows = graph.input("rows", {DType::i32, {6}});
  const Tensor fewer = graph.input("fewer", {DType::i32, {5}});
  const ops::AttentionOptions options{.heads = 4, .kv_heads = 2};
  EXPECT_NO_THROW(ops::cached_attention(q, cache, cache, rows, rows, options));
  EXPECT_THROW(ops::cached_attention(q, cache, other, rows, rows, options), Error);
  EXPECT_THROW(ops::cached_attention(q, flat, flat, rows, rows, options), Error);
  EXPECT_THROW(ops::cached_attention(q, cache, cache, fewer, rows, options), Error);
  EXPECT_THROW(ops::cached_attention(q, cache, cache, rows, fewer, options), Error);
  EXPECT_THROW(ops::cached_attention(q, cache, cache, rows, rows, {.heads = 4, .kv_heads = 4}), Error);
}

}  // namespace
}  // namespace lapilli::test
