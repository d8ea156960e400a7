// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/ops.h"
#include "tests/support/device_fixture.h"
#include "tests/support/op_runner.h"

#include <gtest/gtest.h>

#include <numeric>

namespace lapilli::test {
namespace {

struct Case {
  DType dtype = DType::f32;
  DType cache_dtype = DType::f32;
  uint64_t lanes = 3;
  uint64_t heads = 3;
  uint64_t context = 11;
  uint64_t head_dim = 9;
  std::vector<int32_t> row_positions;
  std::vector<int32_t> row_lanes;
  std::optional<uint32_t> live_rows = std::nullopt;
  uint64_t max_range_bytes = 0;
};

class KvStoreTest : public GpuTest {
 protected:
  /// Every element not stored keeps its bits; stored ones are x rounded to the cache's type.
  static void check(const Case& c) {
    std::mt19937 generator(5);
    const size_t rows = c.row_lanes.size(), cols = c.heads * c.head_dim;
    const std::vector<HostTensor> in = {
        HostTensor::random({c.cache_dtype, {c.lanes, c.heads, c.context, c.head_dim}}, generator),
        HostTensor::random({c.dtype, {rows, cols}, c.live_rows.has_value()}, generator),
        HostTensor::of_ints(c.row_positions), HostTensor::of_ints(c.row_lanes)};
    const auto adjust = [&](DeviceCaps& caps) {
      if (c.max_range_bytes != 0) caps.max_storage_range_bytes = c.max_range_bytes;
    };
    const auto result =
        run_op({.inputs = in, .live_rows = c.live_rows, .adjust_caps = adjust},
               [](const std::vector<Tensor>& t) { return ops::kv_store(t[0], t[1], t[2], t[3]); });

    auto expected = in[0].values();
    const auto x = HostTensor::of({c.cache_dtype, {rows, cols}}, in[1].values()).values();
    for (size_t row = 0; row < c.live_rows.value_or(static_cast<uint32_t>(rows)); ++row) {
      const int32_t lane = c.row_lanes[row], position = c.row_positions[row];
      if (lane < 0 || position < 0 || static_cast<uint64_t>(lane) >= c.lanes ||
          static_cast<uint64_t>(position) >= c.context) {
        continue;
      }
      for (uint64_t head = 0; head < c.heads; ++head) {
        const uint64_t of_head = static_cast<uint64_t>(lane) * c.heads + head;
        const uint64_t to = (of_head * c.context + static_cast<uint64_t>(position)) * c.head_dim;
        std::copy_n(x.begin() + static_cast<ptrdiff_t>(row * cols + head * c.head_dim), c.head_dim,
                    expected.begin() + static_cast<ptrdiff_t>(to));
      }
    }
    EXPECT_EQ(result.values(), expected) << "kv_store " << in[1].type << " into " << in[0].type;
  }
};

TEST_F(KvStoreTest, EveryPairOfStorageTypes) {
  for (const DType dtype : {DType::f32, DType::f16, DType::bf16}) {
    for (const DType cache_dtype : {DType::f32, DType::f16, DType::bf16}) {
      check({.dtype = dtype,
             .cache_dtype = cache_dtype,
             .row_positions = {3, 4, 10, 0},
             .row_lanes = {1, 1, 2, 0}});
    }
  }
}

TEST_F(KvStoreTest, RowsOutOfRangeAreNotStored) {
  check({.row_positions = {-1, 11, 4, 5, 6}, .row_lanes = {0, 0, 3, -1, 2}});
}

TEST_F(KvStoreTest, OnlyLiveRowsAreStored) {
  check({.row_positions = {0, 1, 2, 3}, .row_lanes = {1, 1, 1, 1}, .live_rows = 3});
}

TEST_F(KvStoreTest, CacheLargerThanABinding) {
  check({.lanes = 5,
         .heads = 2,
         .context = 16,
         .head_dim = 8,
         .row_positions = {0, 3, 5, 15, 7, 9},
         .row_lanes = {4, 2, 0, 3, 1, 4},
         .max_range_bytes = 2 * 16 * 16 * sizeof(float)});
}

TEST_F(KvStoreTest, MoreRowsThanGroupsInOneDimension) {
  Case c{.lanes = 1,
         .heads = 1,
         .context = 65543,
         .head_dim = 3,
         .row_positions = std::vector<int32_t>(65543),
         .row_lanes = std::vector<int32_t>(65543, 0)};
  std::iota(c.row_positions.rbegin(), c.row_positions.rend(), 0);
  check(c);
}

TEST(KvStoreShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor cache = graph.state("cache", {DType::f16, {2, 4, 10, 8}});
  const Tensor flat = graph.state("flat", {DType::f16, {20, 32}});
  const Tensor blocks = graph.state("blocks", {DType::q8_0, {2, 1, 10, 32}});
  const Tensor x = graph.input("x", {DType::f32, {6, 32}});
  const Tensor wide = graph.input("wide", {DType::f32, {6, 33}});
  const Tensor rows = graph.input("rows", {DType::i32, {6}});
  const Tensor fewer = graph.input("fewer", {DType::i32, {5}});
  EXPECT_EQ(ops::kv_store(cache, x, rows, rows).type(), cache.type());
  EXPECT_THROW(ops::kv_store(flat, x, rows, rows), Error);
  EXPECT_THROW(ops::kv_store(blocks, x, rows, rows), Error);
  EXPECT_THROW(ops::kv_store(cache, wide, rows, rows), Error);
  EXPECT_THROW(ops::kv_store(cache, x, fewer, rows), Error);
  EXPECT_THROW(ops::kv_store(cache, x, rows, x), Error);
}

}  // namespace
}  // namespace lapilli::test
