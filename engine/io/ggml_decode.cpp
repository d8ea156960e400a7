// SPDX-License-Identifier: Apache-2.0
// Every formula multiplies and adds in ggml's order; a different order would change the last bit.
#include "engine/base/bytes.h"
#include "engine/base/half.h"
#include "engine/io/ggml_codecs.h"

#include <array>

namespace lapilli::ggml {
namespace {

constexpr std::array<int8_t, 16> kIq4Values = {-127, -104, -83, -65, -49, -35, -22, -10,
                                               1,    13,   25,  38,  53,  69,  89,  113};

template <class T>
T field(const uint8_t* block, int offset) {
  return load<T>(reinterpret_cast<const std::byte*>(block + offset));
}

float half_at(const uint8_t* block, int offset) {
  return half_to_float(field<uint16_t>(block, offset));
}

void decode_f32(const uint8_t* block, float* values) {
  *values = field<float>(block, 0);
}

void decode_f16(const uint8_t* block, float* values) {
  *values = half_at(block, 0);
}

void decode_bf16(const uint8_t* block, float* values) {
  *values = bfloat16_to_float(field<uint16_t>(block, 0));
}

void decode_q4_0(const uint8_t* block, float* values) {
  const float scale = half_at(block, 0);
  for (int i = 0; i < 16; ++i) {
    values[i] = static_cast<float>((block[2 + i] & 15) - 8) * scale;
    values[i + 16] = static_cast<float>((block[2 + i] >> 4) - 8) * scale;
  }
}

void decode_q4_1(const uint8_t* block, float* values) {
  const float scale = half_at(block, 0);
  const float minimum = half_at(block, 2);
  for (int i = 0; i < 16; ++i) {
    values[i] = static_cast<float>(block[4 + i] & 15) * scale + minimum;
    values[i + 16] = static_cast<float>(block[4 + i] >> 4) * scale + minimum;
  }
}

/// The 32 five-bit codes whose fifth bits lie at `high` and low nibbles behind them.
std::array<int, 32> five_bit_codes(const uint8_t* block, int high) {
  const auto bits = field<uint32_t>(block, high);
  std::array<int, 32> codes{};
  for (int i = 0; i < 32; ++i) {
    const int nibble = (block[high + 4 + i % 16] >> (4 * (i / 16))) & 15;
    codes[static_cast<size_t>(i)] = nibble | static_cast<int>((bits >> i) & 1u) << 4;
  }
  return codes;
}

void decode_q5_0(const uint8_t* block, float* values) {
  const float scale = half_at(block, 0);
  for (const int code : five_bit_codes(block, 2)) *values++ = static_cast<float>(code - 16) * scale;
}

void decode_q5_1(const uint8_t* block, float* values) {
  const float scale = half_at(block, 0);
  const float minimum = half_at(block, 2);
  for (const int code : five_bit_codes(block, 4)) *values++ = static_cast<float>(code) * scale + minimum;
}

void decode_q8_0(const uint8_t* block, float* values) {
  const float scale = half_at(block, 0);
  for (int i = 0; i < 32; ++i) values[i] = static_cast<float>(static_cast<int8_t>(block[2 + i])) * scale;
}

void decode_q2_k(const uint8_t* block, float* values) {
  const float scale = half_at(block, 80);
  const float minimum = half_at(block, 82);
  for (int part = 0; part < 16; ++part) {
    const float part_scale = scale * static_cast<float>(block[part] & 15);
    const float part_minimum = minimum * static_cast<float>(block[part] >> 4);
    for (int i = 16 * part; i < 16 * part + 16; ++i) {
      const int code = (block[16 + 32 * (i / 128) + i % 32] >> (2 * ((i % 128) / 32))) & 3;
      values[i] = part_scale * static_cast<float>(code) - part_minimum;
    }
  }
}

void decode_q3_k(const uint8_t* block, float* values) {
  const float scale = half_at(block, 108);
  const uint8_t* packed = block + 96;
  for (int part = 0; part < 16; ++part) {
    const int low = part < 8 ? packed[part] & 15 : packed[part - 8] >> 4;
    const int high = (packed[8 + part % 4] >> (2 * (part / 4))) & 3;
    const float part_scale = scale * static_cast<float>((low | high << 4) - 32);
    for (int i = 16 * part; i < 16 * part + 16; ++i) {
      const int code = (block[32 + 32 * (i / 128) + i % 32] >> (2 * ((i % 128) / 32))) & 3;
      const int offset = ((block[i % 32] >> (i / 32)) & 1) != 0 ? 0 : 4;
      values[i] = part_scale * static_cast<float>(code - offset);
    }
  }
}

/// Q4_K, and Q5_K where `high` points to the fifth bits.
void decode_scale_min(const uint8_t* block, const uint8_t* high, const uint8_t* low, float* values) {
  const float scale = half_at(block, 0);
  const float minimum = half_at(block, 2);
  for (int part = 0; part < 8; ++part) {
    const ScaleMin codes = unpack_scale_min(block + 4, part);
    const float part_scale = scale * static_cast<float>(codes.scale);
    const float part_minimum = minimum * static_cast<float>(codes.minimum);
    for (int i = 0; i < 32; ++i) {
      int code = (low[32 * (part / 2) + i] >> (4 * (part % 2))) & 15;
      if (high != nullptr) code |= ((high[i] >> part) & 1) << 4;
      values[32 * part + i] = part_scale * static_cast<float>(code) - part_minimum;
    }
  }
}

void decode_q4_k(const uint8_t* block, float* values) {
  decode_scale_min(block, nullptr, block + 16, values);
}

void decode_q5_k(const uint8_t* block, float* values) {
  decode_scale_min(block, block + 16, block + 48, values);
}

void decode_q6_k(const uint8_t* block, float* values) {
  const float scale = half_at(block, 208);
  for (int i = 0; i < 256; ++i) {
    const int half = i / 128;
    const int r = i % 128;
    const int low = (block[64 * half + r % 64] >> (4 * (r / 64))) & 15;
    const int high = (block[128 + 32 * half + r % 32] >> (2 * (r / 32))) & 3;
    const float part_scale = scale * static_cast<float>(static_cast<int8_t>(block[192 + i / 16]));
    values[i] = part_scale * static_cast<float>((low | high << 4) - 32);
  }
}

void decode_iq4_nl(const uint8_t* block, float* values) {
  const float scale = half_at(block, 0);
  for (int i = 0; i < 16; ++i) {
    values[i] = scale * static_cast<float>(kIq4Values[block[2 + i] & 15]);
    values[i + 16] = scale * static_cast<float>(kIq4Values[block[2 + i] >> 4]);
  }
}

void decode_iq4_xs(const uint8_t* block, float* values) {
  const float scale = half_at(block, 0);
  const int high_bits = field<uint16_t>(block, 2);
  for (int part = 0; part < 8; ++part) {
    const int low = (block[4 + part / 2] >> (4 * (part % 2))) & 15;
    const int high = (high_bits >> (2 * part)) & 3;
    const float part_scale = scale * static_cast<float>((low | high << 4) - 32);
    for (int i = 0; i < 16; ++i) {
      const uint8_t codes = block[8 + 16 * part + i];
      values[32 * part + i] = part_scale * static_cast<float>(kIq4Values[codes & 15]);
      values[32 * part + i + 16] = part_scale * static_cast<float>(kIq4Values[codes >> 4]);
    }
  }
}

}  // namespace

BlockDecoder decoder(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return decode_f32;
    case DType::f16:
      return decode_f16;
    case DType::bf16:
      return decode_bf16;
    case DType::i32:
      return nullptr;
    case DType::q4_0:
      return decode_q4_0;
    case DType::q4_1:
      return decode_q4_1;
    case DType::q5_0:
      return decode_q5_0;
    case DType::q5_1:
      return decode_q5_1;
    case DType::q8_0:
      return decode_q8_0;
    case DType::q2_k:
      return decode_q2_k;
    case DType::q3_k:
      return decode_q3_k;
    case DType::q4_k:
      return decode_q4_k;
    case DType::q5_k:
      return decode_q5_k;
    case DType::q6_k:
      return decode_q6_k;
    case DType::iq4_nl:
      return decode_iq4_nl;
    case DType::iq4_xs:
      return decode_iq4_xs;
  }
  return nullptr;
}

}  // namespace lapilli::ggml
