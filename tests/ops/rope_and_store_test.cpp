// SPDX-License-Identifier: Apache-2.0
#include "engine/ops/ops.h"
#include "tests/support/device_fixture.h"
#include "tests/support/op_runner.h"

#include <gtest/gtest.h>

namespace lapilli::test {
namespace {

constexpr uint64_t kHeadDim = 8;
constexpr uint64_t kContext = 11;
constexpr uint64_t kLanes = 3;

struct Case {
  DType dtype = DType::f32;
  DType cache_dtype = DType::f32;
  uint64_t heads = 6;
  uint64_t kv_heads = 3;
  ops::RopePairing pairing = ops::RopePairing::kHalves;
  std::vector<int32_t> positions = {3, 4, 10, 0};
  std::vector<int32_t> lanes = {1, 1, 2, 0};
  std::optional<uint32_t> live_rows = std::nullopt;
  uint64_t max_range_bytes = 0;
};

/// Columns first … first + count − 1 of every row.
HostTensor columns(const HostTensor& x, uint64_t first, uint64_t count) {
  const std::vector<double> values = x.values();
  std::vector<double> result;
  for (uint64_t row = 0; row < x.type.rows(); ++row) {
    const auto start = values.begin() + static_cast<ptrdiff_t>(row * x.type.cols() + first);
    result.insert(result.end(), start, start + static_cast<ptrdiff_t>(count));
  }
  return HostTensor::of({x.type.dtype, {x.type.rows(), count}, x.type.live_rows}, result);
}

class RopeAndStore : public GpuTest {
 protected:
  /// Bit by bit what rope and kv_store give for the columns by themselves, where the cache has the rows'
  /// type; a narrower cache is not rounded twice.
  static void check(const Case& c) {
    std::mt19937 generator(5);
    const uint64_t q_cols = c.heads * kHeadDim, kv_cols = c.kv_heads * kHeadDim;
    const HostTensor qkv = HostTensor::random(
        {c.dtype, {c.positions.size(), q_cols + 2 * kv_cols}, c.live_rows.has_value()}, generator);
    const HostTensor table = HostTensor::random({DType::f32, {kContext, kHeadDim}}, generator);
    const HostTensor keys =
        HostTensor::random({c.cache_dtype, {kLanes, c.kv_heads, kContext, kHeadDim}}, generator);
    const HostTensor values = HostTensor::random(keys.type, generator);
    const HostTensor positions = HostTensor::of_ints(c.positions), lanes = HostTensor::of_ints(c.lanes);
    const auto adjust = [&](DeviceCaps& caps) {
      if (c.max_range_bytes != 0) caps.max_storage_range_bytes = c.max_range_bytes;
    };
    const auto fused = run_graph({.inputs = {qkv, positions, lanes, table, keys, values},
                                  .live_rows = c.live_rows,
                                  .adjust_caps = adjust},
                                 [&](Graph&, const std::vector<Tensor>& t) -> std::vector<Tensor> {
                                   const auto rows =
                                       ops::rope_and_store(t[0], t[1], t[2], t[3], t[4], t[5], c.pairing);
                                   return {rows.q, rows.keys, rows.values};
                                 });
    const auto composed =
        run_graph({.inputs = {columns(qkv, 0, q_cols), columns(qkv, q_cols, kv_cols),
                              columns(qkv, q_cols + kv_cols, kv_cols), positions, lanes, table, keys, values},
                   .live_rows = c.live_rows},
                  [&](Graph&, const std::vector<Tensor>& t) -> std::vector<Tensor> {
                    const Tensor k = ops::rope(t[1], t[3], t[5], c.pairing);
                    return {ops::rope(t[0], t[3], t[5], c.pairing), ops::kv_store(t[6], k, t[3], t[4]),
                            ops::kv_store(t[7], t[2], t[3], t[4])};
                  });
    const std::string what = text("rope_and_store ", qkv.type, " into ", keys.type);
    EXPECT_EQ(fused[0].bytes, composed[0].bytes) << what << ": q";
    EXPECT_EQ(fused[2].bytes, composed[2].bytes) << what << ": values";
    if (c.dtype == c.cache_dtype || c.dtype == DType::f32) {
      EXPECT_EQ(fused[1].bytes, composed[1].bytes) << what << ": keys";
    } else {
      expect_close(fused[1].values(), composed[1].values(), kRoundedBf16, what + ": keys");
    }
  }
};

TEST_F(RopeAndStore, EveryPairOfStorageTypes) {
  for (const DType dtype : {DType::f32, DType::f16, DType::bf16}) {
    for (const DType cache_dtype : {DType::f32, DType::f16, DType::bf16})
      check({.dtype = dtype, .cache_dtype = cache_dtype});
  }
}

TEST_F(RopeAndStore, InterleavedPairsAndOneKeyHead) {
  check({.heads = 5, .kv_heads = 1, .pairing = ops::RopePairing::kInterleaved});
}

TEST_F(RopeAndStore, RowsOutOfRangeAreNotStored) {
  check({.positions = {-1, 11, 4, 5, 6}, .lanes = {0, 0, 3, -1, 2}});
}

TEST_F(RopeAndStore, OnlyLiveRows) {
  check({.positions = {0, 1, 2, 3}, .lanes = {1, 1, 1, 1}, .live_rows = 3});
}

TEST_F(RopeAndStore, CacheLargerThanABinding) {
  check({.heads = 2,
         .kv_heads = 2,
         .positions = {0, 3, 5, 10, 7},
         .lanes = {2, 1, 0, 2, 1},
         .max_range_bytes = 2 * kContext * 2 * kHeadDim * sizeof(float)});
}

TEST(RopeAndStoreShapes, RefusesWhatDoesNotFit) {
  Graph graph;
  const Tensor cache = graph.state("cache", {DType::f16, {2, 2, 10, 16}});
  const Tensor narrow = graph.state("narrow", {DType::f16, {2, 1, 10, 16}});
  const Tensor qkv = graph.input("qkv", {DType::f32, {6, 96}});
  const Tensor only_kv = graph.input("only_kv", {DType::f32, {6, 64}});
  const Tensor rows = graph.input("rows", {DType::i32, {6}});
  const Tensor fewer = graph.input("fewer", {DType::i32, {5}});
  const Tensor table = graph.weight("table", {DType::f32, {10, 16}});
  const Tensor odd = graph.weight("odd", {DType::f32, {10, 12}});
  const auto apply = [](Tensor x, Tensor positions, Tensor angles, Tensor keys, Tensor values) {
    return ops::rope_and_store(x, positions, positions, angles, keys, values, ops::RopePairing::kHalves);
  };
  EXPECT_EQ(apply(qkv, rows, table, cache, cache).q.type(), (TensorType{DType::f32, {6, 32}}));
  EXPECT_THROW(apply(only_kv, rows, table, cache, cache), Error);
  EXPECT_THROW(apply(qkv, fewer, table, cache, cache), Error);
  EXPECT_THROW(apply(qkv, rows, odd, cache, cache), Error);
  EXPECT_THROW(apply(qkv, rows, table, cache, narrow), Error);
  EXPECT_THROW(apply(rows, rows, table, cache, cache), Error);
}

}  // namespace
}  // namespace lapilli::test
