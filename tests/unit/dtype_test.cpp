// SPDX-License-Identifier: Apache-2.0
#include "engine/base/dtype.h"

#include <gtest/gtest.h>

namespace lapilli {
namespace {

TEST(DType, TableFollowsTheEnumOrderAndNamesRoundTrip) {
  for (int index = 0; index < kNumDTypes; ++index) {
    const auto dtype = static_cast<DType>(index);
    EXPECT_EQ(dtype_from_string(to_string(dtype)), dtype);
    EXPECT_EQ(is_quantized(dtype), index >= static_cast<int>(DType::q4_0));
  }
  EXPECT_EQ(dtype_from_string("q9_9"), std::nullopt);
}

TEST(DType, RowBytesCountWholeBlocks) {
  EXPECT_EQ(row_bytes(DType::f16, 7), 14u);
  EXPECT_EQ(row_bytes(DType::q8_0, 64), 68u);
  EXPECT_EQ(row_bytes(DType::q6_k, 4096), 16u * 210u);
}

}  // namespace
}  // namespace lapilli
