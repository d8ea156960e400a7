// SPDX-License-Identifier: Apache-2.0
#include "engine/io/ggml_blocks.h"

#include "engine/base/half.h"
#include "engine/io/ggml_codecs.h"
#include "engine/io/tensor_file.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapilli {
namespace {

/// Far above any weight; beyond it the K types' sums of cubes would overflow.
constexpr float kLargestValue = 1e8f;

/// Where a block keeps its binary16 scales; -1 for none.
struct ScaleFields {
  int scale;
  int minimum;
};

ScaleFields scale_fields(DType dtype) {
  switch (dtype) {
    case DType::q4_1:
    case DType::q5_1:
    case DType::q4_k:
    case DType::q5_k:
      return {0, 2};
    case DType::q2_k:
      return {80, 82};
    case DType::q3_k:
      return {108, -1};
    case DType::q6_k:
      return {208, -1};
    default:
      return {0, -1};
  }
}

bool is_finite_half(const std::byte* bytes) {
  return (load<uint16_t>(bytes) & 0x7c00u) != 0x7c00u;
}

Error not_finite(DType dtype, uint64_t offset, std::string_view what) {
  return Error(ErrorCode::kBadFile, text("a ", to_string(dtype), " ", what, " is infinite or not a number"),
               text("offset ", offset));
}

void require_sizes(DType dtype, size_t num_values, size_t num_bytes) {
  LAPILLI_ASSERT(num_values % block_elements(dtype) == 0);
  LAPILLI_ASSERT(num_bytes == row_bytes(dtype, num_values));
}

void encode_scalars(DType dtype, std::span<const float> values, std::span<std::byte> to) {
  if (dtype == DType::f32) {
    std::memcpy(to.data(), values.data(), to.size());
    return;
  }
  const auto convert = dtype == DType::f16 ? float_to_half : float_to_bfloat16;
  for (size_t i = 0; i < values.size(); ++i) store(to.data() + 2 * i, convert(values[i]));
}

ggml::BlockEncoder block_encoder(DType dtype) {
  const auto small = ggml::small_block_encoder(dtype);
  return small != nullptr ? small : ggml::k_block_encoder(dtype);
}

bool is_float(DType dtype) {
  return dtype == DType::f32 || dtype == DType::f16 || dtype == DType::bf16;
}

bool smaller_magnitude(float a, float b) {
  return std::fabs(a) < std::fabs(b);
}

}  // namespace

void decode_row(DType dtype, Bytes blocks, std::span<float> values) {
  require_sizes(dtype, values.size(), blocks.size());
  const ggml::BlockDecoder decode = ggml::decoder(dtype);
  LAPILLI_ASSERT(decode != nullptr);
  const auto* block = reinterpret_cast<const uint8_t*>(blocks.data());
  for (size_t i = 0; i < values.size(); i += block_elements(dtype), block += block_bytes(dtype)) {
    decode(block, values.data() + i);
  }
}

bool can_quantize(DType dtype) {
  return is_float(dtype) || block_encoder(dtype) != nullptr;
}

Result<void> quantize_row(DType dtype, std::span<const float> values, std::span<std::byte> blocks) {
  LAPILLI_ASSERT(can_quantize(dtype));
  require_sizes(dtype, values.size(), blocks.size());
  const float limit = is_quantized(dtype) ? kLargestValue : std::numeric_limits<float>::max();
  const auto fits = [&](float value) { return std::fabs(value) <= limit; };  // false for NaN
  const auto bad = std::find_if_not(values.begin(), values.end(), fits);
  if (bad != values.end()) {
    return Error(ErrorCode::kBadFile, text("the value ", *bad, " cannot be stored as ", to_string(dtype)),
                 text("element ", bad - values.begin()));
  }
  if (is_float(dtype)) {
    encode_scalars(dtype, values, blocks);
  } else {
    const ggml::BlockEncoder encode = block_encoder(dtype);
    auto* block = reinterpret_cast<uint8_t*>(blocks.data());
    for (size_t i = 0; i < values.size(); i += block_elements(dtype), block += block_bytes(dtype)) {
      encode(values.data() + i, block);
    }
  }
  if (check_blocks(dtype, blocks)) return {};
  const float largest = *std::max_element(values.begin(), values.end(), smaller_magnitude);
  return Error(ErrorCode::kBadFile, text("the value ", largest, " is too large for ", to_string(dtype)));
}

Result<void> check_blocks(DType dtype, Bytes blocks) {
  if (dtype == DType::i32) return {};
  if (!is_quantized(dtype)) {
    const auto bad = first_non_finite(dtype, blocks);
    if (bad) return not_finite(dtype, *bad * block_bytes(dtype), "value");
    return {};
  }
  const ScaleFields fields = scale_fields(dtype);
  const uint64_t size = block_bytes(dtype);
  LAPILLI_ASSERT(blocks.size() % size == 0);
  for (uint64_t at = 0; at < blocks.size(); at += size) {
    const std::byte* block = blocks.data() + at;
    if (!is_finite_half(block + fields.scale)) return not_finite(dtype, at, "block's scale");
    if (fields.minimum >= 0 && !is_finite_half(block + fields.minimum))
      return not_finite(dtype, at, "block's minimum");
  }
  return {};
}

}  // namespace lapilli
