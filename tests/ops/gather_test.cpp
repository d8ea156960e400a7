// SPDX-License-Identifier: Apache-2.0
#include "engine/io/ggml_blocks.h"
#include "tests/support/op_case.h"

namespace lapilli::test {
namespace {

class Gather : public GpuTest {
 protected:
  std::vector<int32_t> random_index(size_t count, int32_t lowest, int32_t highest) {
    std::uniform_int_distribution<int32_t> distribution(lowest, highest);
    std::vector<int32_t> index(count);
    for (int32_t& value : index) value = distribution(generator_);
    return index;
  }
  std::mt19937 generator_{3};
};

TEST_F(Gather, EmbeddingTakesRowsOfTheTableAndZerosForUnknownIds) {
  for (const DType table_type : kFloatStorage) {
    for (const DType result : kFloatStorage) {
      for (const auto& [vocab, dim, tokens] :
           {std::array<uint64_t, 3>{1, 1, 1}, {7, 5, 29}, {113, 64, 3}, {29, 1031, 7}}) {
        const HostTensor table = HostTensor::random({table_type, {vocab, dim}}, generator_);
        const std::vector<int32_t> ids = random_index(tokens, -2, static_cast<int32_t>(vocab) + 1);
        const HostTensor y = run_op({.inputs = {table, HostTensor::of_ints(ids)}},
                                    [&](auto& in) { return ops::embedding(in[0], in[1], result); });
        EXPECT_EQ(y.type.dtype, result);
        expect_equal(y, reference::gather_rows(matrix_of(table), ids).values,
                     text("embedding ", table.type, " to ", to_string(result)));
      }
    }
  }
}

/// Blocks of random bits, whose values are what decode_row says: bit-exact, of every format. Random scales
/// may be NaN or infinite, and products of these differ in the bits of the NaN only.
TEST_F(Gather, EmbeddingReadsEveryBlockFormatAsStored) {
  for (int number = 0; number < kNumDTypes; ++number) {
    const auto dtype = static_cast<DType>(number);
    if (!is_quantized(dtype)) continue;
    for (const auto& [vocab, blocks] : {std::array<uint64_t, 2>{1, 1}, {7, 3}, {113, 2}}) {
      HostTensor table = HostTensor::zeros({dtype, {vocab, blocks * block_elements(dtype)}});
      for (std::byte& byte : table.bytes) byte = static_cast<std::byte>(generator_());
      std::vector<float> decoded(table.type.shape.elements());
      decode_row(dtype, table.bytes, decoded);
      const reference::Matrix<double> matrix{vocab, table.type.cols(), {decoded.begin(), decoded.end()}};
      const std::vector<int32_t> ids = random_index(29, -1, static_cast<int32_t>(vocab));
      for (const DType result : kFloatStorage) {
        const HostTensor y = run_op({.inputs = {table, HostTensor::of_ints(ids)}},
                                    [&](auto& in) { return ops::embedding(in[0], in[1], result); });
        expect_equal(y, reference::gather_rows(matrix, ids).values,
                     text("embedding ", table.type, " to ", to_string(result)));
      }
    }
  }
}

TEST_F(Gather, ATableInPartsGivesWhatTheWholeGives) {
  const HostTensor table = HostTensor::random({DType::f16, {101, 24}}, generator_);
  const std::vector<int32_t> ids = random_index(64, -3, 104);
  const HostTensor y =
      run_op({.inputs = {table, HostTensor::of_ints(ids)},
              .adjust_caps = [](DeviceCaps& caps) { caps.max_storage_range_bytes = 48 * 40; }},
             [](auto& in) { return ops::embedding(in[0], in[1], DType::f32); });
  expect_equal(y, reference::gather_rows(matrix_of(table), ids).values, "embedding in parts");
}

TEST_F(Gather, GatherRowsKeepsTheType) {
  for (const DType dtype : kFloatStorage) {
    const HostTensor x = HostTensor::random({dtype, {29, 113}}, generator_);
    const std::vector<int32_t> index = random_index(7, 0, 28);
    const HostTensor y = run_op({.inputs = {x, HostTensor::of_ints(index)}},
                                [](auto& in) { return ops::gather_rows(in[0], in[1]); });
    expect_equal(y, reference::gather_rows(matrix_of(x), index).values, text("gather_rows ", x.type));
  }
}

TEST_F(Gather, GroupCountsBeyondTheLimitAreFolded) {
  const HostTensor x = HostTensor::random({DType::bf16, {3, 5}}, generator_);
  const std::vector<int32_t> index = random_index(65536 * 32 + 7, 0, 2);
  const HostTensor y = run_op({.inputs = {x, HostTensor::of_ints(index)}},
                              [](auto& in) { return ops::gather_rows(in[0], in[1]); });
  expect_equal(y, reference::gather_rows(matrix_of(x), index).values, "gather_rows past 65535 groups");
}

TEST_F(Gather, OnlyLiveRowsAreWritten) {
  const HostTensor table = HostTensor::random({DType::f32, {7, 5}}, generator_);
  HostTensor ids = HostTensor::of_ints({1, 2, 3, 4, 5});
  ids.type.live_rows = true;
  const std::vector<double> y = run_op({.inputs = {table, ids}, .live_rows = 2}, [](auto& in) {
                                  return ops::embedding(in[0], in[1], DType::f32);
                                }).values();
  for (size_t i = 0; i < y.size(); ++i) EXPECT_EQ(std::isnan(y[i]), i >= 10) << i;
}

TEST_F(Gather, SpliceTakesReplacementRowsWhereTheIndexSaysSo) {
  for (const DType dtype : kFloatStorage) {
    for (const uint64_t x_rows : {1u, 29u}) {
      for (const uint64_t cols : {1u, 6u, 113u}) {
        const HostTensor x = HostTensor::random({dtype, {x_rows, cols}}, generator_);
        const HostTensor rows = HostTensor::random({dtype, {11, cols}}, generator_);
        const std::vector<int32_t> index = random_index(29, -10, 10);
        const HostTensor y = run_op({.inputs = {x, rows, HostTensor::of_ints(index)}},
                                    [](auto& in) { return ops::splice(in[0], in[1], in[2]); });
        expect_equal(y, reference::splice(matrix_of(x), matrix_of(rows), index).values,
                     text("splice ", x.type, " and ", rows.type));
      }
    }
  }
}

TEST_F(Gather, RefuseOperandsThatDoNotFit) {
  Graph graph;
  const Tensor x = graph.input("x", {DType::f32, {6, 8}});
  const Tensor rows = graph.input("rows", {DType::f16, {3, 8}});
  const Tensor index = graph.input("index", {DType::i32, {5}});
  EXPECT_THROW(ops::splice(x, rows, index), Error);
  EXPECT_THROW(ops::splice(x, x, index), Error);
  EXPECT_THROW(ops::gather_rows(x, rows), Error);
  EXPECT_THROW(ops::embedding(index, index, DType::f32), Error);
}

}  // namespace
}  // namespace lapilli::test
