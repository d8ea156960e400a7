// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image_decode.h"

#include <algorithm>

namespace lapilli::image_decode {

void check_size(uint64_t width, uint64_t height, const ImageLimits& limits) {
  if (width == 0 || height == 0) {
    throw Error(ErrorCode::kBadFile, text("the picture is empty: ", width, " x ", height, " pixels"));
  }
  if (width > limits.max_side || height > limits.max_side || width * height > limits.max_pixels) {
    throw Error(ErrorCode::kBadFile,
                text("the picture has ", width, " x ", height, " pixels, at most ", limits.max_side,
                     " a side and ", limits.max_pixels, " together are read"));
  }
}

Image new_image(uint64_t width, uint64_t height, const ImageLimits& limits) {
  check_size(width, height, limits);
  return {static_cast<uint32_t>(width), static_cast<uint32_t>(height)};
}

void check_ratio(uint64_t input_bytes, uint64_t output_bytes, uint64_t ratio) {
  if (output_bytes / ratio > input_bytes) {
    throw Error(ErrorCode::kBadFile, text("the file is truncated: its picture of ", output_bytes,
                                          " bytes cannot come from ", input_bytes, " compressed bytes"));
  }
}

void unpack_bits(const uint8_t* from, uint32_t bits, uint32_t count, uint8_t* to) {
  const uint32_t per_byte = 8 / bits;
  const uint32_t mask = (1u << bits) - 1;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t shift = 8 - bits * (i % per_byte + 1);
    to[i] = static_cast<uint8_t>((from[i / per_byte] >> shift) & mask);
  }
}

void palette_row(const uint8_t* indices, uint32_t count, const Palette& palette, uint8_t* rgb) {
  for (uint32_t x = 0; x < count; ++x, rgb += 3) std::copy_n(palette[indices[x]].data(), 3, rgb);
}

void grey_row(const uint8_t* grey, uint32_t count, size_t stride, uint8_t* rgb) {
  for (uint32_t x = 0; x < count; ++x, grey += stride, rgb += 3) std::fill_n(rgb, 3, *grey);
}

void rgb_row(const uint8_t* pixels, uint32_t count, size_t stride, uint8_t* rgb) {
  for (uint32_t x = 0; x < count; ++x, pixels += stride, rgb += 3) std::copy_n(pixels, 3, rgb);
}

void cmyk_row(const uint8_t* cmyk, uint32_t count, size_t stride, uint8_t* rgb) {
  for (uint32_t x = 0; x < count; ++x, cmyk += stride, rgb += 3) {
    const int white = 255 - cmyk[3];
    for (int c = 0; c < 3; ++c) {
      const int product = cmyk[c] * white + 128;
      rgb[c] = static_cast<uint8_t>(std::clamp(white - (((product >> 8) + product) >> 8), 0, 255));
    }
  }
}

}  // namespace lapilli::image_decode
