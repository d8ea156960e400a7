// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/image_decode.h"

namespace lapilli::image_decode {

/// What a TIFF directory says of its pixels, in TIFF's own numbers, and how rows of them become RGB.
struct TiffLayout {
  uint32_t width = 0;
  uint32_t height = 0;
  uint16_t bits = 1;              // of one sample
  uint16_t samples = 1;           // of one pixel
  uint16_t photometric = 0;       // TIFF's PHOTOMETRIC_*
  uint16_t sample_format = 1;     // SAMPLEFORMAT_*
  bool big_endian = false;        // in the file
  std::optional<uint16_t> extra;  // the kind of the first sample beyond the colours
  Palette palette{};

  /// Pillow's name; throws kUnsupported where this reader has no conversion.
  [[nodiscard]] std::string mode() const;

  /// One row of interleaved samples in the machine's byte order → RGB [count]. `scratch` has count bytes at
  /// least.
  void convert_row(const uint8_t* stored, uint32_t count, uint8_t* scratch, uint8_t* rgb) const;
};

}  // namespace lapilli::image_decode
