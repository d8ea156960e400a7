// SPDX-License-Identifier: Apache-2.0
#include "engine/io/tiff_layout.h"

#include <algorithm>
#include <cmath>

#include <tiff.h>

namespace lapilli::image_decode {
namespace {

template <class T>
T sample_at(const uint8_t* stored, size_t index) {
  return load<T>(reinterpret_cast<const std::byte*>(stored) + index * sizeof(T));
}

uint8_t clip(double value) {
  return static_cast<uint8_t>(value > 0 ? std::min(value, 255.0) : 0);
}

/// Wide grey is clipped, not scaled: the reference does so.
template <class T>
void clip_row(const uint8_t* stored, uint32_t count, uint8_t* grey) {
  for (uint32_t x = 0; x < count; ++x) grey[x] = clip(static_cast<double>(sample_at<T>(stored, x)));
}

/// Two samples of 12 bits in three bytes.
void clip_row_12(const uint8_t* stored, uint32_t count, uint8_t* grey) {
  for (uint32_t x = 0; x < count; ++x) {
    const uint8_t* at = stored + x / 2 * 3;
    grey[x] = clip(x % 2 == 0 ? at[0] << 4 | at[1] >> 4 : (at[1] & 15) << 8 | at[2]);
  }
}

/// Colours stored multiplied by their alpha, the fourth value, divided back.
void divide_by_alpha(uint8_t* pixel) {
  const int alpha = pixel[3];
  for (int c = 0; c < 3; ++c)
    pixel[c] = alpha == 0 ? 0 : static_cast<uint8_t>(std::min(pixel[c] * 255 / alpha, 255));
}

/// ITU-R BT.601 over the full range in the reference's arithmetic: six fraction bits.
void ycbcr_row(const uint8_t* stored, uint32_t count, uint8_t* rgb) {
  const auto scaled = [](double factor, int value) {
    return static_cast<int>(std::lround(factor * 64 * (value - 128)));
  };
  for (uint32_t x = 0; x < count; ++x, stored += 3, rgb += 3) {
    const int luma = stored[0];
    const int blue = stored[1];
    const int red = stored[2];
    rgb[0] = clip(luma + (scaled(1.402, red) >> 6));
    rgb[1] = clip(luma + ((scaled(-0.34414, blue) + scaled(-0.71414, red)) >> 6));
    rgb[2] = clip(luma + (scaled(1.772, blue) >> 6));
  }
}

void colour_row(const TiffLayout& layout, const uint8_t* stored, uint32_t count, uint8_t* rgb) {
  const bool cmyk = layout.photometric == PHOTOMETRIC_SEPARATED;
  const bool multiplied = !cmyk && layout.extra == EXTRASAMPLE_ASSOCALPHA;
  const size_t used = cmyk || multiplied ? 4 : 3;
  for (uint32_t x = 0; x < count; ++x, rgb += 3) {
    uint8_t pixel[4] = {};
    for (size_t c = 0; c < used; ++c) {
      const size_t index = size_t{x} * layout.samples + c;
      pixel[c] =
          layout.bits == 16 ? static_cast<uint8_t>(sample_at<uint16_t>(stored, index) >> 8) : stored[index];
    }
    if (cmyk) {
      cmyk_row(pixel, 1, 4, rgb);
      continue;
    }
    if (multiplied) divide_by_alpha(pixel);
    std::copy_n(pixel, 3, rgb);
  }
}

void grey_samples(const TiffLayout& layout, const uint8_t* stored, uint32_t count, uint8_t* grey) {
  switch (layout.bits) {
    case 8:
      for (uint32_t x = 0; x < count; ++x) grey[x] = stored[size_t{x} * layout.samples];
      break;
    case 12:
      clip_row_12(stored, count, grey);
      break;
    case 16:
      if (layout.sample_format == SAMPLEFORMAT_INT) return clip_row<int16_t>(stored, count, grey);
      clip_row<uint16_t>(stored, count, grey);
      break;
    case 32:
      if (layout.sample_format == SAMPLEFORMAT_IEEEFP) return clip_row<float>(stored, count, grey);
      clip_row<int32_t>(stored, count, grey);  // unsigned too, as the reference reads it
      break;
    default: {
      unpack_bits(stored, layout.bits, count, grey);
      const int stretch = 255 / ((1 << layout.bits) - 1);
      std::transform(grey, grey + count, grey,
                     [&](uint8_t value) { return static_cast<uint8_t>(value * stretch); });
    }
  }
  // Wider samples stay as they are: the reference inverts 1 to 8 bits only.
  const bool inverted = layout.photometric == PHOTOMETRIC_MINISWHITE && layout.bits <= 8;
  if (inverted)
    std::transform(grey, grey + count, grey, [](uint8_t value) { return static_cast<uint8_t>(255 - value); });
}

bool is_grey(uint16_t photometric) {
  return photometric == PHOTOMETRIC_MINISWHITE || photometric == PHOTOMETRIC_MINISBLACK;
}

std::string grey_mode(const TiffLayout& layout) {
  if (layout.bits == 8) return layout.extra == EXTRASAMPLE_UNASSALPHA ? "LA" : "L";
  if (layout.samples != 1) return {};
  switch (layout.bits) {
    case 1:
      return "1";
    case 2:
    case 4:
      return "L";
    case 12:
      return "I;16";
    case 16:
      return layout.sample_format == SAMPLEFORMAT_INT ? "I" : "I;16";
    case 32:
      return layout.sample_format == SAMPLEFORMAT_IEEEFP ? "F" : "I";
    default:
      return {};
  }
}

std::string mode_or_empty(const TiffLayout& layout) {
  const bool bytes_or_words = layout.bits == 8 || layout.bits == 16;
  const bool whole_numbers = layout.sample_format == SAMPLEFORMAT_UINT;
  if (is_grey(layout.photometric)) {
    const bool known =
        whole_numbers || layout.bits >= 16 || (layout.sample_format == SAMPLEFORMAT_INT && layout.bits == 8);
    return known && layout.samples <= 2 ? grey_mode(layout) : "";
  }
  if (!whole_numbers || layout.samples > 6) return {};
  switch (layout.photometric) {
    case PHOTOMETRIC_PALETTE: {
      const bool one = layout.samples == 1 && (layout.bits <= 8 && 8 % layout.bits == 0);
      return one || (layout.samples == 2 && layout.bits == 8) ? "P" : "";
    }
    case PHOTOMETRIC_RGB:
      if (!bytes_or_words || layout.samples < 3) return {};
      return layout.samples > 3 && layout.extra != EXTRASAMPLE_UNSPECIFIED ? "RGBA" : "RGB";
    case PHOTOMETRIC_SEPARATED:
      return bytes_or_words && layout.samples >= 4 ? "CMYK" : "";
    case PHOTOMETRIC_YCBCR:
      return layout.bits == 8 && layout.samples == 3 ? "YCbCr" : "";
    default:
      return {};
  }
}

}  // namespace

std::string TiffLayout::mode() const {
  std::string name = mode_or_empty(*this);
  if (!name.empty()) return name;
  throw Error(ErrorCode::kUnsupported,
              text("TIFF with colour kind ", photometric, ", ", samples, " samples of ", bits,
                   " bits, number format ", sample_format, " cannot be read"));
}

void TiffLayout::convert_row(const uint8_t* stored, uint32_t count, uint8_t* scratch, uint8_t* rgb) const {
  if (photometric == PHOTOMETRIC_YCBCR) return ycbcr_row(stored, count, rgb);
  if (photometric == PHOTOMETRIC_RGB || photometric == PHOTOMETRIC_SEPARATED)
    return colour_row(*this, stored, count, rgb);
  if (photometric == PHOTOMETRIC_PALETTE) {
    if (bits == 8) {
      for (uint32_t x = 0; x < count; ++x) scratch[x] = stored[size_t{x} * samples];
    } else {
      unpack_bits(stored, bits, count, scratch);
    }
    return palette_row(scratch, count, palette, rgb);
  }
  grey_samples(*this, stored, count, scratch);
  grey_row(scratch, count, 1, rgb);
}

}  // namespace lapilli::image_decode
