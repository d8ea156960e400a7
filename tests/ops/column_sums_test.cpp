// SPDX-License-Identifier: Apache-2.0
#include "tests/support/op_case.h"

namespace lapilli::test {
namespace {

struct Case {
  RowsCols shape;
  std::optional<uint32_t> live_rows = std::nullopt;
  uint64_t max_storage_range_bytes = 0;  ///< 0: the device's own
};

class ColumnSums : public GpuTest, public testing::WithParamInterface<DeviceType> {
 protected:
  void check(DType dtype, const Case& c) {
    TensorType type = type_of(dtype, c.shape);
    type.live_rows = c.live_rows.has_value();
    const HostTensor x = HostTensor::random(type, generator_);
    const OpRun run{.inputs = {x}, .live_rows = c.live_rows, .adjust_caps = [&](DeviceCaps& caps) {
                      caps.type = GetParam();
                      if (c.max_storage_range_bytes != 0)
                        caps.max_storage_range_bytes = c.max_storage_range_bytes;
                    }};
    const HostTensor sums = run_op(run, [](auto& in) { return ops::column_sums(in[0]); });
    std::vector<double> expected(c.shape.cols);
    const std::vector<double> values = x.values();
    for (size_t index = 0; index < c.live_rows.value_or(c.shape.rows) * c.shape.cols; ++index)
      expected[index % c.shape.cols] += values[index];
    expect_close(sums.values(), expected, kExactF32, text("column_sums ", type));
  }

  std::mt19937 generator_{3};
};

TEST_P(ColumnSums, AllShapes) {
  for (const DType dtype : kFloatStorage) {
    for (const RowsCols& shape : kRowShapes) check(dtype, {shape});
    for (const uint64_t rows : {63, 64, 65, 4095, 4097}) check(dtype, {{rows, 12}});
  }
}

TEST_P(ColumnSums, OnlyLiveRowsCount) {
  for (const uint32_t live_rows : {0, 1, 64, 65, 150}) check(DType::f16, {{150, 12}, live_rows});
}

TEST_P(ColumnSums, LargerThanABinding) {
  check(DType::f32, {.shape = {1031, 29}, .max_storage_range_bytes = 1 << 14});
  check(DType::bf16, {.shape = {1031, 64}, .live_rows = 777, .max_storage_range_bytes = 1 << 14});
}

TEST_P(ColumnSums, MoreGroupsThanOneDimensionHolds) {
  check(DType::f16, {{1, 4 * 8 * 65537}});
}

INSTANTIATE_TEST_SUITE_P(Targets, ColumnSums, testing::Values(DeviceType::kSoftware, DeviceType::kDiscrete),
                         [](const auto& suite) {
                           return suite.param == DeviceType::kSoftware ? "software" : "gpu";
                         });

TEST(ColumnSumsShapes, RefusesIntegers) {
  Graph graph;
  const Tensor ids = graph.input("ids", {DType::i32, {6, 64}});
  EXPECT_THROW(ops::column_sums(ids), Error);
  EXPECT_EQ(ops::column_sums(graph.input("x", {DType::f16, {6, 64}})).type(), (TensorType{DType::f32, {64}}));
}

}  // namespace
}  // namespace lapilli::test
