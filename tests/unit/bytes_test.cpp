// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace lapilli {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();

TEST(CheckedArithmetic, ReportsOverflowInsteadOfWrapping) {
  EXPECT_EQ(checked_mul(uint64_t{1} << 32, uint64_t{1} << 31), uint64_t{1} << 63);
  EXPECT_EQ(checked_mul(uint64_t{1} << 32, uint64_t{1} << 32), std::nullopt);
  EXPECT_EQ(checked_add(kMax, 0), kMax);
  EXPECT_EQ(checked_add(kMax, 1), std::nullopt);
}

TEST(ByteReader, ReadsLittleEndianValuesInOrder) {
  const std::array<std::byte, 6> bytes = {std::byte{1}, std::byte{2}, std::byte{3},
                                          std::byte{4}, std::byte{5}, std::byte{6}};
  ByteReader reader{Bytes(bytes)};
  EXPECT_EQ(reader.read<uint32_t>("count"), 0x04030201u);
  EXPECT_EQ(reader.read<uint16_t>("kind"), 0x0605u);
  EXPECT_EQ(reader.remaining(), 0u);
}

TEST(ByteReader, NamesWhatIsMissingAndWhere) {
  const std::array<std::byte, 3> bytes{};
  ByteReader reader{Bytes(bytes)};
  (void)reader.read<uint16_t>("kind");
  try {
    (void)reader.read<uint32_t>("tensor count");
    FAIL() << "reading past the end must throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kBadFile);
    EXPECT_EQ(error.place(), "offset 2");
    EXPECT_NE(error.message().find("tensor count needs 4 bytes, 1 are left"), std::string::npos)
        << error.message();
  }
  EXPECT_THROW((void)reader.take(kMax, "name"), Error);
}

}  // namespace
}  // namespace lapilli
