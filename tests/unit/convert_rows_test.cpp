// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/convert_rows.h"

#include "engine/io/ggml_blocks.h"
#include "engine/runtime/random_weights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace lapilli {
namespace {

/// Row r holds the number r.
WeightSource numbered_rows(uint32_t rows, uint32_t cols) {
  return {.name = "numbered",
          .type = {DType::f32, {rows, cols}},
          .group = {},
          .read = [cols](uint64_t first, std::span<std::byte> to) -> Result<void> {
            for (size_t at = 0; at < to.size() / 4; ++at)
              store(&to[4 * at], static_cast<float>(first + at / cols));
            return {};
          }};
}

std::vector<std::byte> convert(const WeightSource& source, const ConvertRowsOptions& options) {
  std::vector<std::byte> bytes;
  convert_rows(source, options, [&](Bytes piece) -> Result<void> {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return {};
  }).value();
  return bytes;
}

TEST(ConvertRows, HeadsOfFourRowsInterleaveAsTheFormatSays) {
  const auto bytes =
      convert(numbered_rows(8, 1), {.dtype = DType::f32, .interleaved_head = 4, .num_threads = 1});
  std::vector<float> rows(8);
  std::memcpy(rows.data(), bytes.data(), bytes.size());
  EXPECT_EQ(rows, (std::vector<float>{0, 2, 1, 3, 4, 6, 5, 7}));
}

/// Threads and shares make no difference, also where a share holds one head of many columns.
TEST(ConvertRows, TheBytesAreTheSameForEveryNumberOfThreads) {
  const TensorType type{DType::f16, {256, 4096}};
  const WeightSource source{
      .name = "w",
      .type = type,
      .group = {},
      .read = [rows = RandomRows(type, 1)](uint64_t first, std::span<std::byte> to) -> Result<void> {
        rows.fill(first, to);
        return {};
      }};
  const auto one = convert(source, {.dtype = DType::q4_k, .interleaved_head = 128, .num_threads = 1});
  EXPECT_EQ(one.size(), 256 * row_bytes(DType::q4_k, 4096));
  EXPECT_EQ(convert(source, {.dtype = DType::q4_k, .interleaved_head = 128, .num_threads = 5}), one);
  EXPECT_NE(convert(source, {.dtype = DType::q4_k, .interleaved_head = 0, .num_threads = 5}), one);
}

TEST(ConvertRows, QuantisedRowsAreTakenAsTheyDequantise) {
  std::vector<float> values(256);
  for (size_t i = 0; i < values.size(); ++i) values[i] = 0.01f * static_cast<float>(i * i % 401) - 1;
  std::vector<std::byte> stored(row_bytes(DType::q8_0, values.size()));
  quantize_row(DType::q8_0, values, stored).value();
  WeightSource source = numbered_rows(1, 256);
  source.type.dtype = DType::q8_0;
  source.read = [&](uint64_t, std::span<std::byte> to) -> Result<void> {
    std::copy_n(stored.begin(), to.size(), to.begin());
    return {};
  };
  std::vector<float> dequantised(256);
  decode_row(DType::q8_0, stored, dequantised);
  ASSERT_NE(dequantised, values);
  std::vector<std::byte> again(row_bytes(DType::q4_k, values.size()));
  quantize_row(DType::q4_k, dequantised, again).value();
  EXPECT_EQ(convert(source, {.dtype = DType::q4_k}), again);
}

TEST(ConvertRows, NamesTheRowOfAValueThatIsNotFinite) {
  WeightSource source = numbered_rows(3, 32);
  source.read = [](uint64_t first, std::span<std::byte> to) -> Result<void> {
    for (size_t at = 0; at < to.size() / 4; ++at)
      store(&to[4 * at], first + at / 32 == 2 ? 1.0f / 0.0f : 0.0f);
    return {};
  };
  const auto result = convert_rows(source, {.dtype = DType::q8_0}, [](Bytes) -> Result<void> { return {}; });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kBadFile);
}

}  // namespace
}  // namespace lapilli
