// SPDX-License-Identifier: Apache-2.0
// The types of 32-element blocks: one pass, scale from the extreme values.
#include "engine/base/bytes.h"
#include "engine/base/half.h"
#include "engine/io/ggml_codecs.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lapilli::ggml {
namespace {

constexpr int kElements = 32;
using Codes = std::array<uint8_t, kElements>;

void put_half(uint8_t* block, int offset, float value) {
  store(reinterpret_cast<std::byte*>(block + offset), float_to_half(value));
}

float inverse(float scale) {
  return scale != 0.0f ? 1.0f / scale : 0.0f;
}

/// Rounds down to a code; the inverse of a subnormal scale is infinite, so the comparison comes before the
/// cast.
uint8_t floor_code(float value, int maximum) {
  if (!(value < static_cast<float>(maximum))) return static_cast<uint8_t>(maximum);
  return static_cast<uint8_t>(std::max(value, 0.0f));
}

struct SignedFit {
  float scale;
  Codes codes;
};

/// Codes 0 … 2·half − 1 for the values −half … half − 1; the first value of largest magnitude gets −half.
SignedFit fit_signed(const float* values, int half) {
  float extreme = 0.0f;
  for (int i = 0; i < kElements; ++i) {
    if (std::fabs(values[i]) > std::fabs(extreme)) extreme = values[i];
  }
  SignedFit fit{extreme / static_cast<float>(-half), {}};
  const float inverse_scale = inverse(fit.scale);
  const float centre = static_cast<float>(half) + 0.5f;
  for (size_t i = 0; i < kElements; ++i) {
    fit.codes[i] = floor_code(values[i] * inverse_scale + centre, 2 * half - 1);
  }
  return fit;
}

struct RangeFit {
  float scale;
  float minimum;
  Codes codes;
};

/// Codes 0 … maximum from the smallest value to the largest.
RangeFit fit_range(const float* values, int maximum) {
  const auto [low, high] = std::minmax_element(values, values + kElements);
  RangeFit fit{(*high - *low) / static_cast<float>(maximum), *low, {}};
  const float inverse_scale = inverse(fit.scale);
  for (size_t i = 0; i < kElements; ++i) {
    fit.codes[i] = floor_code((values[i] - fit.minimum) * inverse_scale + 0.5f, maximum);
  }
  return fit;
}

void put_nibbles(const Codes& codes, uint8_t* to) {
  for (size_t i = 0; i < 16; ++i) to[i] = static_cast<uint8_t>((codes[i] & 15) | (codes[i + 16] & 15) << 4);
}

void put_fifth_bits(const Codes& codes, uint8_t* to) {
  uint32_t bits = 0;
  for (size_t i = 0; i < kElements; ++i) bits |= static_cast<uint32_t>(codes[i] >> 4) << i;
  store(reinterpret_cast<std::byte*>(to), bits);
}

void encode_q4_0(const float* values, uint8_t* block) {
  const SignedFit fit = fit_signed(values, 8);
  put_half(block, 0, fit.scale);
  put_nibbles(fit.codes, block + 2);
}

void encode_q4_1(const float* values, uint8_t* block) {
  const RangeFit fit = fit_range(values, 15);
  put_half(block, 0, fit.scale);
  put_half(block, 2, fit.minimum);
  put_nibbles(fit.codes, block + 4);
}

void encode_q5_0(const float* values, uint8_t* block) {
  const SignedFit fit = fit_signed(values, 16);
  put_half(block, 0, fit.scale);
  put_fifth_bits(fit.codes, block + 2);
  put_nibbles(fit.codes, block + 6);
}

void encode_q5_1(const float* values, uint8_t* block) {
  const RangeFit fit = fit_range(values, 31);
  put_half(block, 0, fit.scale);
  put_half(block, 2, fit.minimum);
  put_fifth_bits(fit.codes, block + 4);
  put_nibbles(fit.codes, block + 8);
}

void encode_q8_0(const float* values, uint8_t* block) {
  float largest = 0.0f;
  for (int i = 0; i < kElements; ++i) largest = std::max(largest, std::fabs(values[i]));
  const float scale = largest / 127.0f;
  const float inverse_scale = inverse(scale);
  put_half(block, 0, scale);
  for (int i = 0; i < kElements; ++i) {
    const float code = std::clamp(std::round(values[i] * inverse_scale), -128.0f, 127.0f);
    block[2 + i] = static_cast<uint8_t>(static_cast<int8_t>(code));
  }
}

}  // namespace

BlockEncoder small_block_encoder(DType dtype) {
  switch (dtype) {
    case DType::q4_0:
      return encode_q4_0;
    case DType::q4_1:
      return encode_q4_1;
    case DType::q5_0:
      return encode_q5_0;
    case DType::q5_1:
      return encode_q5_1;
    case DType::q8_0:
      return encode_q8_0;
    default:
      return nullptr;
  }
}

}  // namespace lapilli::ggml
