// SPDX-License-Identifier: Apache-2.0
#include "engine/io/tensor_file.h"

#include "engine/io/safetensors.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

#include <limits>

namespace lapilli {
namespace {

template <class T>
StoredTensor tensor_of(const std::vector<T>& values, const StoredType& type, std::vector<uint64_t> shape,
                       std::vector<uint64_t> strides = {}) {
  return {.name = "t",
          .type = type,
          .shape = std::move(shape),
          .data = std::as_bytes(std::span(values)),
          .strides = std::move(strides),
          .file = "f"};
}

TEST(TensorFile, CountsElementsWithoutWrapping) {
  EXPECT_EQ(element_count({}), 1u);
  EXPECT_EQ(element_count(std::vector<uint64_t>{3, 0, 5}), 0u);
  EXPECT_EQ(element_count(std::vector<uint64_t>{uint64_t{1} << 32, uint64_t{1} << 32}), std::nullopt);
  EXPECT_EQ(element_count(std::vector<uint64_t>{uint64_t{1} << 32, uint64_t{1} << 32, 0}), std::nullopt);
  EXPECT_EQ(stored_bytes(stored_type(DType::q4_0), std::vector<uint64_t>{2, 64}), 72u);
  EXPECT_EQ(stored_bytes(stored_type(DType::q4_0), std::vector<uint64_t>{33}), std::nullopt);
  EXPECT_EQ(stored_bytes(kStoredI64, std::vector<uint64_t>{uint64_t{1} << 62}), std::nullopt);
}

TEST(TensorFile, ConvertsEveryFloatType) {
  std::vector<float> read(2);
  const std::vector<uint16_t> halves = {0x3c00, 0xc100};
  ASSERT_TRUE(copy_f32(tensor_of(halves, stored_type(DType::f16), {2}), 0, read));
  EXPECT_EQ(read, (std::vector<float>{1, -2.5f}));
  const std::vector<uint16_t> brains = {0x3f80, 0xc020};
  ASSERT_TRUE(copy_f32(tensor_of(brains, stored_type(DType::bf16), {2}), 0, read));
  EXPECT_EQ(read, (std::vector<float>{1, -2.5f}));
  const std::vector<double> doubles = {1, -2.5};
  ASSERT_TRUE(copy_f32(tensor_of(doubles, kStoredF64, {2}), 0, read));
  EXPECT_EQ(read, (std::vector<float>{1, -2.5f}));
  const std::vector<int64_t> integers = {1, 2};
  EXPECT_REFUSED(copy_f32(tensor_of(integers, kStoredI64, {2}), 0, read), ErrorCode::kUnsupported,
                 "stored as i64");
}

TEST(TensorFile, CopiesRangesOfStridedTensors) {
  const std::vector<float> storage = {0, 1, 2, 3, 4, 5};
  const auto transposed = tensor_of(storage, stored_type(DType::f32), {3, 2}, {1, 3});
  const std::vector<float> expected = {0, 3, 1, 4, 2, 5};
  for (size_t first = 0; first < 6; ++first) {
    for (size_t count = 0; first + count <= 6; ++count) {
      std::vector<float> read(count);
      ASSERT_TRUE(copy_f32(transposed, first, read));
      for (size_t i = 0; i < count; ++i) EXPECT_EQ(read[i], expected[first + i]);
    }
  }
}

TEST(TensorFile, RefusesRangesOutsideOrWithinBlocks) {
  const std::vector<float> values = {0, 1, 2};
  const auto tensor = tensor_of(values, stored_type(DType::f32), {3});
  std::vector<float> read(2);
  EXPECT_REFUSED(copy_f32(tensor, 2, read), ErrorCode::kInvalidArgument, "not whole blocks inside it");
  EXPECT_REFUSED(copy_f32(tensor, ~uint64_t{0}, read), ErrorCode::kInvalidArgument, "");
  std::vector<std::byte> bytes(3);
  EXPECT_REFUSED(copy_raw(tensor, 0, bytes), ErrorCode::kInvalidArgument, "");
  const std::vector<std::byte> block(18);
  std::vector<std::byte> copy(18);
  EXPECT_TRUE(copy_raw(tensor_of(block, stored_type(DType::q4_0), {32}), 0, copy));
  EXPECT_REFUSED(copy_raw(tensor_of(block, stored_type(DType::q4_0), {32}), 1, copy),
                 ErrorCode::kInvalidArgument, "");
}

TEST(TensorFile, FindsNanAndInfinity) {
  const std::vector<float> good = {0, -1, std::numeric_limits<float>::max()};
  const std::vector<float> bad = {0, -std::numeric_limits<float>::infinity()};
  EXPECT_EQ(first_non_finite(DType::f32, std::as_bytes(std::span(good))), std::nullopt);
  EXPECT_EQ(first_non_finite(DType::f32, std::as_bytes(std::span(bad))), 1u);
  const std::vector<uint16_t> halves = {0x7bff, 0xfc00};
  EXPECT_EQ(first_non_finite(DType::f16, std::as_bytes(std::span(halves))), 1u);
  const std::vector<uint16_t> brains = {0x7f7f, 0xffc0};
  EXPECT_EQ(first_non_finite(DType::bf16, std::as_bytes(std::span(brains))), 1u);
}

class CutFile : public test::TemporaryFolder {};

TEST_F(CutFile, IsAnErrorAndNotASignal) {
  const std::vector<float> values(10000, 1.0f);
  const TensorToWrite tensor = {.name = "t",
                                .type = stored_type(DType::f32),
                                .shape = {10000},
                                .data = std::as_bytes(std::span(values))};
  ASSERT_TRUE(write_safetensors(folder() / "m", std::span(&tensor, 1)));
  const auto file = open_safetensors(folder() / "m");
  ASSERT_TRUE(file) << file.error().what();
  std::filesystem::resize_file(folder() / "m", 4096);
  std::vector<float> read(10000);
  EXPECT_REFUSED(copy_f32(file->tensors()[0], 0, read), ErrorCode::kIo, "cut while open");
}

}  // namespace
}  // namespace lapilli
