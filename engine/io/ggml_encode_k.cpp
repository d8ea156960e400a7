// SPDX-License-Identifier: Apache-2.0
// The K types: super-blocks of 256 with a search for each sub-block's scale. Sums run in ggml's order.
#include "engine/base/bytes.h"
#include "engine/base/half.h"
#include "engine/io/ggml_codecs.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lapilli::ggml {
namespace {

constexpr int kElements = 256;
constexpr float kTinyMagnitude = 1e-15f;  // below it a sub-block counts as zero
using Codes = std::array<uint8_t, kElements>;

/// Round half to even for |value| < 2^22: adding 1.5·2^23 leaves the integer in the float's low bits.
int round_to_even(float value) {
  const float shifted = value + 12582912.0f;
  return static_cast<int>(std::bit_cast<uint32_t>(shifted) & 0x7fffffu) - 0x400000;
}

int code_of(float value, int lowest, int highest) {
  return std::clamp(round_to_even(value), lowest, highest);
}

void put_half(uint8_t* block, int offset, uint16_t bits) {
  store(reinterpret_cast<std::byte*>(block + offset), bits);
}

// ---- Q4_K and Q5_K: value ≈ scale · code − minimum in eight sub-blocks of 32 ----

constexpr int kPart = 32;

struct SearchRange {
  int highest_code;
  float first_step;
  int num_steps;
};

struct PartFit {
  float scale = 0.0f;
  float minimum = 0.0f;  // ≥ 0, subtracted
  std::array<uint8_t, kPart> codes{};
};

struct Line {
  float scale;
  float offset;
};

using PartWeights = std::array<float, kPart>;

PartWeights magnitude_weights(const float* values) {
  float squares = 0.0f;
  for (int i = 0; i < kPart; ++i) squares += values[i] * values[i];
  const float typical = std::sqrt(squares / static_cast<float>(kPart));
  PartWeights weights{};
  for (size_t i = 0; i < kPart; ++i) weights[i] = typical + std::fabs(values[i]);
  return weights;
}

float line_error(const float* values, const PartWeights& weights, const PartFit& fit, Line line) {
  float error = 0.0f;
  for (size_t i = 0; i < kPart; ++i) {
    const float difference = line.scale * static_cast<float>(fit.codes[i]) + line.offset - values[i];
    error += weights[i] * (difference * difference);
  }
  return error;
}

struct WeightSums {
  float weight;
  float value;
};

/// The weighted least-squares line through (code, value); its scale is NaN where the codes are all alike.
Line best_line(const float* values, const PartWeights& weights, const PartFit& fit, WeightSums sums) {
  float sum_code = 0.0f;
  float sum_code2 = 0.0f;
  float sum_value_code = 0.0f;
  for (size_t i = 0; i < kPart; ++i) {
    const auto code = static_cast<float>(fit.codes[i]);
    sum_code += weights[i] * code;
    sum_code2 += weights[i] * code * code;
    sum_value_code += weights[i] * code * values[i];
  }
  const float determinant = sums.weight * sum_code2 - sum_code * sum_code;
  if (!(determinant > 0.0f)) return {NAN, 0.0f};
  const Line line{(sums.weight * sum_value_code - sums.value * sum_code) / determinant,
                  (sum_code2 * sums.value - sum_code * sum_value_code) / determinant};
  if (line.offset > 0.0f) return {sum_value_code / sum_code2, 0.0f};
  return line;
}

void assign_codes(const float* values, float inverse_scale, float offset, int highest, PartFit& fit) {
  for (size_t i = 0; i < kPart; ++i) {
    fit.codes[i] = static_cast<uint8_t>(code_of(inverse_scale * (values[i] - offset), 0, highest));
  }
}

PartFit fit_part(const float* values, const SearchRange& range) {
  const PartWeights weights = magnitude_weights(values);
  float offset = std::min(0.0f, *std::min_element(values, values + kPart));
  const float maximum = *std::max_element(values, values + kPart);
  PartFit best;
  if (maximum == offset) {
    best.minimum = -offset;
    return best;
  }
  WeightSums sums{0.0f, 0.0f};
  for (size_t i = 0; i < kPart; ++i) {
    sums.weight += weights[i];
    sums.value += weights[i] * values[i];
  }
  const auto highest = static_cast<float>(range.highest_code);
  const float inverse_scale = highest / (maximum - offset);
  best.scale = 1.0f / inverse_scale;
  assign_codes(values, inverse_scale, offset, range.highest_code, best);
  float best_error = line_error(values, weights, best, {best.scale, offset});

  for (int step = 0; step <= range.num_steps; ++step) {
    const float stretch = range.first_step + 0.1f * static_cast<float>(step) + highest;
    PartFit tried;
    assign_codes(values, stretch / (maximum - offset), offset, range.highest_code, tried);
    const Line line = best_line(values, weights, tried, sums);
    if (std::isnan(line.scale)) continue;
    const float error = line_error(values, weights, tried, line);
    if (error < best_error) {
      tried.scale = line.scale;
      best = tried;
      offset = line.offset;
      best_error = error;
    }
  }
  best.minimum = -offset;
  return best;
}

void pack_scale_min(const std::array<ScaleMin, 8>& codes, uint8_t* packed) {
  for (size_t j = 0; j < 4; ++j) {
    packed[j] = static_cast<uint8_t>(codes[j].scale | (codes[j + 4].scale >> 4) << 6);
    packed[j + 4] = static_cast<uint8_t>(codes[j].minimum | (codes[j + 4].minimum >> 4) << 6);
    packed[j + 8] = static_cast<uint8_t>((codes[j + 4].scale & 15) | (codes[j + 4].minimum & 15) << 4);
  }
}

uint8_t six_bit_code(float inverse_largest, float value) {
  return static_cast<uint8_t>(code_of(inverse_largest * value, 0, 63));
}

/// Writes scales and minima (16 bytes) and returns the 256 codes for them.
Codes encode_scale_min(const float* values, const SearchRange& range, uint8_t* block) {
  std::array<PartFit, 8> fits;
  float largest_scale = 0.0f;
  float largest_minimum = 0.0f;
  for (size_t j = 0; j < 8; ++j) {
    fits[j] = fit_part(values + kPart * j, range);
    largest_scale = std::max(largest_scale, fits[j].scale);
    largest_minimum = std::max(largest_minimum, fits[j].minimum);
  }
  const float inverse_scale = largest_scale > 0.0f ? 63.0f / largest_scale : 0.0f;
  const float inverse_minimum = largest_minimum > 0.0f ? 63.0f / largest_minimum : 0.0f;
  std::array<ScaleMin, 8> packed{};
  for (size_t j = 0; j < 8; ++j) {
    packed[j] = {six_bit_code(inverse_scale, fits[j].scale), six_bit_code(inverse_minimum, fits[j].minimum)};
  }
  const uint16_t scale = float_to_half(largest_scale / 63.0f);
  const uint16_t minimum = float_to_half(largest_minimum / 63.0f);
  put_half(block, 0, scale);
  put_half(block, 2, minimum);
  pack_scale_min(packed, block + 4);

  Codes codes{};
  for (size_t j = 0; j < 8; ++j) {
    const float part_scale = half_to_float(scale) * static_cast<float>(packed[j].scale);
    const float part_minimum = half_to_float(minimum) * static_cast<float>(packed[j].minimum);
    for (size_t i = 0; i < kPart; ++i) {
      const float value = values[kPart * j + i] + part_minimum;
      codes[kPart * j + i] = part_scale != 0.0f
                                 ? static_cast<uint8_t>(code_of(value / part_scale, 0, range.highest_code))
                                 : fits[j].codes[i];
    }
  }
  return codes;
}

void put_paired_nibbles(const Codes& codes, uint8_t* to) {
  for (size_t pair = 0; pair < 4; ++pair) {
    for (size_t i = 0; i < kPart; ++i) {
      *to++ = static_cast<uint8_t>((codes[64 * pair + i] & 15) | (codes[64 * pair + kPart + i] & 15) << 4);
    }
  }
}

void encode_q4_k(const float* values, uint8_t* block) {
  const Codes codes = encode_scale_min(values, {15, -1.0f, 20}, block);
  put_paired_nibbles(codes, block + 16);
}

void encode_q5_k(const float* values, uint8_t* block) {
  const Codes codes = encode_scale_min(values, {31, -0.5f, 15}, block);
  for (size_t i = 0; i < kPart; ++i) {
    int bits = 0;
    for (size_t j = 0; j < 8; ++j) bits |= (codes[kPart * j + i] >> 4) << j;
    block[16 + i] = static_cast<uint8_t>(bits);
  }
  put_paired_nibbles(codes, block + 48);
}

// ---- Q6_K: value ≈ scale · code in sixteen sub-blocks of 16 ----

constexpr int kSmallPart = 16;

struct ScaleSums {
  float value_code = 0.0f;
  float code2 = 0.0f;
};

ScaleSums scale_sums(const float* values, float inverse_scale, uint8_t* codes) {
  ScaleSums sums;
  for (int i = 0; i < kSmallPart; ++i) {
    const int code = code_of(inverse_scale * values[i], -32, 31);
    const float weight = values[i] * values[i];
    sums.value_code += weight * values[i] * static_cast<float>(code);
    sums.code2 += weight * static_cast<float>(code) * static_cast<float>(code);
    codes[i] = static_cast<uint8_t>(code + 32);
  }
  return sums;
}

/// The scale of 16 values with its codes + 32; 0 and codes 0 where all values are tiny.
float fit_small_part(const float* values, uint8_t* codes) {
  float extreme = 0.0f;
  for (int i = 0; i < kSmallPart; ++i) {
    if (std::fabs(values[i]) > std::fabs(extreme)) extreme = values[i];
  }
  std::fill_n(codes, kSmallPart, uint8_t{0});
  if (std::fabs(extreme) < kTinyMagnitude) return 0.0f;
  const ScaleSums first = scale_sums(values, -32.0f / extreme, codes);
  float scale = first.code2 != 0.0f ? first.value_code / first.code2 : 0.0f;
  float best = scale * first.value_code;
  for (int step = -9; step <= 9; ++step) {
    if (step == 0) continue;
    std::array<uint8_t, kSmallPart> tried{};
    const ScaleSums sums =
        scale_sums(values, -(32.0f + 0.1f * static_cast<float>(step)) / extreme, tried.data());
    if (sums.code2 > 0.0f && sums.value_code * sums.value_code > best * sums.code2) {
      std::copy(tried.begin(), tried.end(), codes);
      scale = sums.value_code / sums.code2;
      best = scale * sums.value_code;
    }
  }
  return scale;
}

void put_six_bit_codes(const Codes& codes, uint8_t* block) {
  for (size_t half = 0; half < 2; ++half) {
    const uint8_t* from = codes.data() + 128 * half;
    uint8_t* low = block + 64 * half;
    uint8_t* high = block + 128 + 32 * half;
    for (size_t i = 0; i < 32; ++i) {
      low[i] = static_cast<uint8_t>((from[i] & 15) | (from[i + 64] & 15) << 4);
      low[i + 32] = static_cast<uint8_t>((from[i + 32] & 15) | (from[i + 96] & 15) << 4);
      high[i] = static_cast<uint8_t>(from[i] >> 4 | (from[i + 32] >> 4) << 2 | (from[i + 64] >> 4) << 4 |
                                     (from[i + 96] >> 4) << 6);
    }
  }
}

void encode_q6_k(const float* values, uint8_t* block) {
  Codes codes{};
  std::array<float, 16> scales{};
  float extreme = 0.0f;
  for (size_t part = 0; part < 16; ++part) {
    scales[part] = fit_small_part(values + kSmallPart * part, codes.data() + kSmallPart * part);
    if (std::fabs(scales[part]) > std::fabs(extreme)) extreme = scales[part];
  }
  std::fill_n(block, block_bytes(DType::q6_k), uint8_t{0});
  if (std::fabs(extreme) < kTinyMagnitude) return;
  const float inverse_scale = -128.0f / extreme;
  const uint16_t scale = float_to_half(1.0f / inverse_scale);
  for (size_t part = 0; part < 16; ++part) {
    const int part_code = code_of(inverse_scale * scales[part], -128, 127);
    block[192 + part] = static_cast<uint8_t>(part_code);
    const float part_scale = half_to_float(scale) * static_cast<float>(part_code);
    if (part_scale == 0.0f) continue;
    for (size_t i = kSmallPart * part; i < kSmallPart * (part + 1); ++i) {
      codes[i] = static_cast<uint8_t>(code_of(values[i] / part_scale, -32, 31) + 32);
    }
  }
  put_half(block, 208, scale);
  put_six_bit_codes(codes, block);
}

}  // namespace

BlockEncoder k_block_encoder(DType dtype) {
  switch (dtype) {
    case DType::q4_k:
      return encode_q4_k;
    case DType::q5_k:
      return encode_q5_k;
    case DType::q6_k:
      return encode_q6_k;
    default:
      return nullptr;
  }
}

}  // namespace lapilli::ggml
