// SPDX-License-Identifier: Apache-2.0
// Known values of both directions: made with ggml's reference decoders and quantisers.
#include "engine/io/ggml_blocks.h"
#include "tests/support/sha256.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace lapilli {
namespace {

struct DecodeCase {
  DType dtype;
  int scale_offset;
  int minimum_offset;        // -1 for none
  std::array<double, 7> at;  // y[0] y[1] y[15] y[16] y[31] y[128] y[255]
  double sum;
  double weighted_sum;
};

constexpr double kNone = 0.0;
const DecodeCase kDecodeCases[] = {
    {DType::q4_0, 0, -1, {-0.4375, 0, 0.125, -0.4375, -0.0625, kNone, kNone}, -4.625, -95.3125},
    {DType::q4_1, 0, 2, {0.96875, 0.40625, 0.53125, 0.09375, 0.53125, kNone, kNone}, 13.25, 201},
    {DType::q5_0, 0, -1, {0.8125, -0.75, -0.625, 0.125, -0.4375, kNone, kNone}, -6.875, -107.4375},
    {DType::q5_1, 0, 2, {1.71875, 1.15625, 0.28125, 1.21875, 0.65625, kNone, kNone}, 30, 465.375},
    {DType::q8_0, 0, -1, {1.0625, 1.5, 7.625, -7.9375, -1.0625, kNone, kNone}, -4.375, -917.3125},
    {DType::q2_k, 80, 82, {0.5625, 0.375, 0, 0, 0.625, -0.09375, -0.1875}, 162.4375, 20974.9375},
    {DType::q3_k, 108, -1, {0, -0.125, -0.375, -0.0, 1.3125, -2.0625, 3.75}, -172, -33522.6875},
    {DType::q4_k,
     0,
     2,
     {3.96875, 17.53125, 21.40625, 13.65625, 0.09375, 5.53125, -0.6875},
     3000.75,
     282189.75},
    {DType::q5_k, 0, 2, {44.65625, 27.21875, 0.09375, 23.34375, 40.78125, 7.71875, 9.8125}, 6280.25, 589956},
    {DType::q6_k, 208, -1, {115.1875, 60.625, -121.25, 123.5, -130, 122.3125, 27}, -109.125, 104422.125},
    {DType::iq4_nl, 0, -1, {-6.5, 0.0625, 1.5625, -6.5, -0.625, kNone, kNone}, -60.5625, -1236.8125},
    {DType::iq4_xs, 0, -1, {-2.375, 5.1875, 3.0625, 4.0625, -1.5625, 41.5625, -96.0625}, 89.4375, 77841.5625},
};

TEST(GgmlBlocks, DecodersGiveTheKnownValues) {
  for (const DecodeCase& c : kDecodeCases) {
    SCOPED_TRACE(to_string(c.dtype));
    std::vector<std::byte> block(block_bytes(c.dtype));
    for (size_t k = 0; k < block.size(); ++k) block[k] = static_cast<std::byte>(7 * k + 3 + 5 * (k / 32));
    store(block.data() + c.scale_offset, uint16_t{0x2c00});
    if (c.minimum_offset >= 0) store(block.data() + c.minimum_offset, uint16_t{0x2800});

    std::vector<float> values(block_elements(c.dtype));
    decode_row(c.dtype, block, values);

    const std::array<size_t, 7> places = {0, 1, 15, 16, 31, 128, 255};
    double sum = 0;
    double weighted_sum = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      sum += values[i];
      weighted_sum += static_cast<double>(i + 1) * values[i];
    }
    for (size_t p = 0; p < places.size() && places[p] < values.size(); ++p) {
      EXPECT_EQ(values[places[p]], c.at[p]) << "y" << places[p];
      EXPECT_EQ(std::signbit(values[places[p]]), std::signbit(c.at[p])) << "y" << places[p];
    }
    EXPECT_EQ(sum, c.sum);
    EXPECT_EQ(weighted_sum, c.weighted_sum);
  }
}

struct EncodeCase {
  DType dtype;
  std::string_view hex;
};

const EncodeCase kEncodeCases[] = {
    {DType::q4_0, "9033a1f63a8fc3085da1f53a7fc3085da0e5"},
    {DType::q4_1, "b33390bfa1f63a7fc3085da1e52a7fc3085c90e5"},
    {DType::q5_0, "902f6c2693c942eb55ff9600aa41db54fe860fa931da"},
    {DType::q5_1, "742f90bf6c3693c942eb65ff9600aa41eb55ff9600a941db"},
    {DType::q8_0, "9f238eda2773b2ff4c8ad72470affc4887d4216dacf94584d11d6aa9f64281ce1a67"},
    {DType::q4_k,
     "4a21d02cd7e2e2e7d9e1e3ec7763ffad2166aa0f4388cd2165aa0f4388cc2065aaef4387cc2065aaef4287cc2065"
     "aaee53a8fd3186da0f53a8fd3185da0f53a8fd3075ca0f53a8fc2075ca0f52a7fc2086da1064a8fc3286da1e54a8"
     "fc3286da0e54a8fc3286ca0e54a8fc2276ca0e54a9fd3287db0054a9fd3287db0054a9fd2276cb0054a8fd2276cb"
     "0f54a8fd2276"},
    {DType::q5_k,
     "291dfd2cd7e0e3e8d8e0e2ec3244ffafe0fc0f81f83f07e0fc1f81f83f07c0fc1f03f83e07c0f81f03f07e07c0f8"
     "1f0351eb750f9620ba51eb650f9620b941da64fe951fa940da64ee851fa940ca54edc750fa620ba51fb650fa610b"
     "a51eb650f9610b940ea54fe950fa940ea54fe8500ea710b952fb640da61fb952eb64fd961fa841ea53fd960fa841"
     "ea53fc850ea753fc650ea711ba53fc650ea710b942eb55fe9700a942eb54fd960fa942eb54fd"},
    {DType::q6_k,
     "11d6aabf8b400420e5bace8a5f1330f4583b7bbef1c204472a6bade0c1f436196a9dcfc1f326285a8cbeb0e21517"
     "497ba3b1de0c1a376593a1cffd0b385684928cbeb0e21417497badafd20406386a9c50402dfadab79461413e1bea"
     "c8a572513e0afdc9a590634f1b0edab59174402c22e6a9cd8c4f0332f5b9dc9b5e1231f47095ca3364da0f7095ca"
     "3364d90f7095f60358e5334ca9f60358a5334c99f60365328c5936c39c6532cf5936c39c6932f06719fca3560df0"
     "6719cca3560df0672a2e3bc4be414f515fa5a064718780896b15"},
};

std::string to_hex(Bytes bytes) {
  std::string hex;
  for (const std::byte byte : bytes) {
    hex += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4];
    hex += "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15u];
  }
  return hex;
}

TEST(GgmlBlocks, QuantisersGiveTheKnownBytes) {
  std::vector<float> values(256);
  for (int i = 0; i < 256; ++i) {
    values[static_cast<size_t>(i)] =
        static_cast<float>(((i * 73 + 19) % 257 - 128) / 64.0 * (1 + i / 32 / 4.0));
  }
  ASSERT_EQ(values[255], 0.0859375f);
  for (const EncodeCase& c : kEncodeCases) {
    SCOPED_TRACE(to_string(c.dtype));
    std::vector<std::byte> block(block_bytes(c.dtype));
    ASSERT_TRUE(quantize_row(c.dtype, std::span(values).first(block_elements(c.dtype)), block));
    EXPECT_EQ(to_hex(block), c.hex);
  }
}

std::vector<float> gaussian(size_t count) {
  std::mt19937 random(1);  // the engine's output is fixed by the standard, unlike that of its distributions
  std::vector<float> values(count);
  for (float& value : values) {
    const double radius = std::sqrt(-2.0 * std::log((random() + 1.0) / 4294967297.0));
    value = static_cast<float>(radius * std::cos(6.283185307179586 * random() / 4294967296.0));
  }
  return values;
}

TEST(GgmlBlocks, RelativeErrorOnGaussianDataIsTheReferences) {
  const std::vector<float> values = gaussian(256 * 1024);
  const std::pair<DType, double> expected[] = {
      {DType::q4_0, .0858}, {DType::q4_1, .0782}, {DType::q5_0, .0426}, {DType::q5_1, .0378},
      {DType::q8_0, .0053}, {DType::q4_k, .0713}, {DType::q5_k, .0361}, {DType::q6_k, .0178}};
  for (const auto& [dtype, reference] : expected) {
    std::vector<std::byte> blocks(row_bytes(dtype, values.size()));
    ASSERT_TRUE(quantize_row(dtype, values, blocks));
    std::vector<float> decoded(values.size());
    decode_row(dtype, blocks, decoded);
    double error = 0;
    double power = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      error += std::pow(double{values[i]} - decoded[i], 2);
      power += std::pow(double{values[i]}, 2);
    }
    EXPECT_LT(std::sqrt(error / power), reference * 1.01) << to_string(dtype);
  }
}

TEST(GgmlBlocks, ZerosAndTinyValuesQuantiseToZero) {
  for (const float value : {0.0f, -0.0f, 1e-40f, -1e-38f}) {
    const std::vector<float> values(256, value);
    for (const EncodeCase& c : kEncodeCases) {
      std::vector<std::byte> blocks(row_bytes(c.dtype, values.size()));
      ASSERT_TRUE(quantize_row(c.dtype, values, blocks)) << to_string(c.dtype) << value;
      std::vector<float> decoded(values.size(), 1.0f);
      decode_row(c.dtype, blocks, decoded);
      for (const float number : decoded) ASSERT_EQ(number, 0.0f) << to_string(c.dtype) << value;
    }
  }
}

TEST(GgmlBlocks, ValuesThatAreNotFiniteOrTooLargeAreRefused) {
  for (const float value : {std::numeric_limits<float>::infinity(), std::nanf(""), 1e30f}) {
    std::vector<float> values(256, 1.0f);
    values[77] = value;
    for (int i = 0; i < kNumDTypes; ++i) {
      const auto dtype = static_cast<DType>(i);
      if (!can_quantize(dtype)) continue;
      std::vector<std::byte> blocks(row_bytes(dtype, values.size()));
      const auto result = quantize_row(dtype, values, blocks);
      const bool fits = value == 1e30f && (dtype == DType::f32 || dtype == DType::bf16);
      EXPECT_EQ(result.ok(), fits) << to_string(dtype) << value;
      if (!fits) {
        EXPECT_EQ(result.error().code(), ErrorCode::kBadFile);
      }
    }
  }
}

TEST(GgmlBlocks, CheckFindsEveryScaleThatIsNotFinite) {
  for (const DecodeCase& c : kDecodeCases) {
    SCOPED_TRACE(to_string(c.dtype));
    const size_t size = block_bytes(c.dtype);
    const std::vector<std::byte> good(3 * size, std::byte{0x11});
    EXPECT_TRUE(check_blocks(c.dtype, good));
    for (const uint16_t bits : {uint16_t{0x7c00}, uint16_t{0xfc00}, uint16_t{0x7e01}}) {
      for (const int field : {c.scale_offset, c.minimum_offset}) {
        if (field < 0) continue;
        auto blocks = good;
        store(blocks.data() + 2 * size + static_cast<size_t>(field), bits);
        const auto result = check_blocks(c.dtype, blocks);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().place(), text("offset ", 2 * size));
      }
    }
  }
  const std::array<float, 2> numbers = {1.0f, std::nanf("")};
  EXPECT_FALSE(check_blocks(DType::f32, std::as_bytes(std::span(numbers))));
  EXPECT_TRUE(check_blocks(DType::i32, std::as_bytes(std::span(numbers))));
}

TEST(GgmlBlocks, ScalarsRoundTrip) {
  const std::vector<float> values = {0.0f, -1.5f, 65504.0f, 0x1p-24f};
  for (const DType dtype : {DType::f32, DType::f16}) {
    std::vector<std::byte> stored(row_bytes(dtype, values.size()));
    ASSERT_TRUE(quantize_row(dtype, values, stored));
    std::vector<float> decoded(values.size());
    decode_row(dtype, stored, decoded);
    EXPECT_EQ(decoded, values);
  }
}

TEST(GgmlBlocks, TheTestsOwnSha256GivesThePublishedSum) {
  EXPECT_EQ(test::sha256(as_bytes("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(test::sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace lapilli
