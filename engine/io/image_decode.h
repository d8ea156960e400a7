// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/image.h"

// What the decoders of engine/io share; nothing outside this folder includes it.
namespace lapilli::image_decode {

/// A decoder's answer. The picture lies as stored; `orientation` says how it should stand.
struct Decoded {
  Image image;
  std::string mode;
  int orientation = 1;
  bool always_upright = false;  // the reference rotates this format itself, whatever the policy
};

/// Each decodes the first frame and throws Error (kBadFile, kUnsupported); none returns a partly read
/// picture.
Decoded decode_jpeg(Bytes content, const ImageLimits& limits);
Decoded decode_png(Bytes content, const ImageLimits& limits);
Decoded decode_gif(Bytes content, const ImageLimits& limits);
Decoded decode_bmp(Bytes content, const ImageLimits& limits);
Decoded decode_webp(Bytes content, const ImageLimits& limits);
Decoded decode_tiff(Bytes content, const ImageLimits& limits);
Decoded decode_heif(Bytes content, const ImageLimits& limits);
Decoded decode_avif(Bytes content, const ImageLimits& limits);
Decoded decode_jxl(Bytes content, const ImageLimits& limits);

/// A black picture of a size that an untrusted header states; throws kBadFile for an empty or oversized one.
Image new_image(uint64_t width, uint64_t height, const ImageLimits& limits);

/// Throws kBadFile when new_image would.
void check_size(uint64_t width, uint64_t height, const ImageLimits& limits);

/// Throws kBadFile when `input_bytes` cannot decompress to `output_bytes` with at most `ratio` to one.
void check_ratio(uint64_t input_bytes, uint64_t output_bytes, uint64_t ratio);

/// 256 colours; the entries that a file leaves out are black.
using Palette = std::array<Rgb, 256>;

/// Unpacks `count` samples of `bits` (1, 2, 4 or 8), most significant first.
void unpack_bits(const uint8_t* from, uint32_t bits, uint32_t count, uint8_t* to);

/// One row of palette indices, grey bytes, or interleaved pixels of `stride` bytes → RGB.
void palette_row(const uint8_t* indices, uint32_t count, const Palette& palette, uint8_t* rgb);
void grey_row(const uint8_t* grey, uint32_t count, size_t stride, uint8_t* rgb);
void rgb_row(const uint8_t* pixels, uint32_t count, size_t stride, uint8_t* rgb);

/// CMYK, 0 = no ink, → RGB with Pillow's rounding.
void cmyk_row(const uint8_t* cmyk, uint32_t count, size_t stride, uint8_t* rgb);

}  // namespace lapilli::image_decode
