// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/dtype.h"

#include <cstdint>

// The codecs of single blocks, private to engine/io; callers use ggml_blocks.h.
namespace lapilli::ggml {

/// Writes the block_elements floats of one block.
using BlockDecoder = void (*)(const uint8_t* block, float* values);
/// Writes the block_bytes bytes of one block from finite floats.
using BlockEncoder = void (*)(const float* values, uint8_t* block);

/// The decoder of a float or block type; null for i32.
[[nodiscard]] BlockDecoder decoder(DType dtype);

/// The encoder of a type of 32-element blocks or of a K type; null where none exists.
[[nodiscard]] BlockEncoder small_block_encoder(DType dtype);
[[nodiscard]] BlockEncoder k_block_encoder(DType dtype);

/// One scale and one minimum of the eight that Q4_K and Q5_K pack into twelve bytes, six bits each.
struct ScaleMin {
  uint8_t scale;
  uint8_t minimum;
};

[[nodiscard]] inline ScaleMin unpack_scale_min(const uint8_t* packed, int index) {
  if (index < 4)
    return {static_cast<uint8_t>(packed[index] & 63), static_cast<uint8_t>(packed[index + 4] & 63)};
  return {static_cast<uint8_t>((packed[index + 4] & 15) | ((packed[index - 4] >> 6) << 4)),
          static_cast<uint8_t>((packed[index + 4] >> 4) | ((packed[index] >> 6) << 4))};
}

}  // namespace lapilli::ggml
