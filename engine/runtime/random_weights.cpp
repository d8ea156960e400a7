// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/random_weights.h"

#include "engine/base/bytes.h"
#include "engine/base/half.h"

#include <array>
#include <cmath>

namespace lapilli {
namespace {

/// splitmix64: any start gives a good sequence.
class Bits {
 public:
  explicit Bits(uint64_t state) : state_(state) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

void fill_bits(Bits& bits, std::span<std::byte> to) {
  size_t at = 0;
  for (; at + 8 <= to.size(); at += 8) store(&to[at], bits.next());
  const uint64_t rest = bits.next();
  for (size_t byte = 0; at < to.size(); ++at, ++byte) to[at] = static_cast<std::byte>(rest >> (8 * byte));
}

/// Where the f16 scales of a block lie, and what they are for elements of spread 1.
struct Scales {
  uint32_t offset = 0;
  float scale = 0;
  uint32_t minimum_offset = 0;
  float minimum = 0;  ///< 0: the format has none
};

/// Random quants are uniform, and random 6-bit subscales have a mean of 31.5; `minimum` centres the values.
Scales scales_of(DType dtype) {
  switch (dtype) {
    case DType::q4_0:
      return {.offset = 0, .scale = 0.22f};
    case DType::q4_1:
      return {.offset = 0, .scale = 0.22f, .minimum_offset = 2, .minimum = -0.22f * 7.5f};
    case DType::q5_0:
      return {.offset = 0, .scale = 0.11f};
    case DType::q5_1:
      return {.offset = 0, .scale = 0.11f, .minimum_offset = 2, .minimum = -0.11f * 15.5f};
    case DType::q8_0:
      return {.offset = 0, .scale = 0.0135f};
    case DType::q2_k:
      return {.offset = 80, .scale = 0.08f, .minimum_offset = 82, .minimum = 0.12f};
    case DType::q3_k:
      return {.offset = 108, .scale = 0.024f};
    case DType::q4_k:
      return {.offset = 0, .scale = 0.004f, .minimum_offset = 2, .minimum = 0.03f};
    case DType::q5_k:
      return {.offset = 0, .scale = 0.002f, .minimum_offset = 2, .minimum = 0.031f};
    case DType::q6_k:
      return {.offset = 208, .scale = 0.00073f};
    case DType::iq4_nl:
      return {.offset = 0, .scale = 0.0145f};
    case DType::iq4_xs:
      return {.offset = 0, .scale = 0.00078f};
    default:
      LAPILLI_ASSERT(false);
      return {};
  }
}

void set_scales(DType dtype, float spread, std::span<std::byte> row) {
  const Scales scales = scales_of(dtype);
  const uint16_t scale = float_to_half(scales.scale * spread);
  const uint16_t minimum = float_to_half(scales.minimum * spread);
  for (size_t block = 0; block < row.size(); block += block_bytes(dtype)) {
    store(&row[block + scales.offset], scale);
    if (scales.minimum != 0) store(&row[block + scales.minimum_offset], minimum);
  }
}

/// 256 evenly spaced values of spread 1, the last bits of which are the type's.
float level(uint8_t index, float spread) {
  return (static_cast<float>(index) - 127.5f) / 73.9f * spread;
}

template <class Stored, class Convert>
void fill_levels(Bits& bits, float spread, std::span<std::byte> to, Convert convert) {
  std::array<Stored, 256> levels;
  for (size_t index = 0; index < levels.size(); ++index)
    levels[index] = convert(level(static_cast<uint8_t>(index), spread));
  uint64_t word = 0;
  for (size_t element = 0; element * sizeof(Stored) < to.size(); ++element) {
    if (element % 8 == 0) word = bits.next();
    store(&to[element * sizeof(Stored)], levels[word & 0xff]);
    word >>= 8;
  }
}

}  // namespace

RandomRows::RandomRows(const TensorType& type, uint64_t seed) : type_(type), seed_(seed) {}

void RandomRows::fill_row(uint64_t row, std::span<std::byte> to) const {
  Bits bits(Bits(seed_ ^ (row * 0xd1342543de82ef95ull)).next());
  const float spread = 1.0f / std::sqrt(static_cast<float>(type_.cols()));
  switch (type_.dtype) {
    case DType::f32:
      return fill_levels<float>(bits, spread, to, [](float value) { return value; });
    case DType::f16:
      return fill_levels<uint16_t>(bits, spread, to, float_to_half);
    case DType::bf16:
      return fill_levels<uint16_t>(bits, spread, to, float_to_bfloat16);
    default:
      fill_bits(bits, to);
      set_scales(type_.dtype, spread, to);
  }
}

void RandomRows::fill(uint64_t first_row, std::span<std::byte> to) const {
  const uint64_t bytes = row_bytes(type_.dtype, type_.cols());
  for (uint64_t row = 0; row * bytes < to.size(); ++row)
    fill_row(first_row + row, to.subspan(row * bytes, bytes));
}

}  // namespace lapilli
