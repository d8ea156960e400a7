// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/image.h"

#include <optional>

namespace lapilli {

/// A picture on a larger plain ground, without the copy: width × height pixels, the picture's corner at (x,
/// y). The picture must outlive it and lie inside.
struct Canvas {
  const Image& image;
  uint32_t width;
  uint32_t height;
  uint32_t x = 0;
  uint32_t y = 0;
  Rgb ground{};

  /// The picture alone.
  static Canvas of(const Image& image) {
    return {.image = image, .width = image.width, .height = image.height};
  }
};

/// A part of a picture: the pixels from (x, y) on.
struct Window {
  uint32_t x = 0;
  uint32_t y = 0;
  uint32_t width = 0;
  uint32_t height = 0;
};

/// Scales with Pillow's BICUBIC, bit for bit: a = −0.5, widened by the scale when shrinking, 22-bit
/// fixed-point weights, an 8-bit result between the two passes, a pass left out where the size stays.
///
/// The horizontal pass comes first, except where the height loses more than twice as many pixels as the
/// width: so does Pillow 13. Earlier releases always begin with the horizontal pass; a square source gives
/// the same with all of them. Returns the part `window` of the scaled picture (all of it by default), which
/// costs only that part. Precondition: sizes are not zero and the window lies inside.
[[nodiscard]] Image resize_bicubic(const Canvas& from, uint32_t width, uint32_t height,
                                   const std::optional<Window>& window = {});

/// The fixed-point weights of one axis, as resize_bicubic uses them.
class BicubicTaps {
 public:
  /// For the outputs [first, first + count) of `from` samples scaled to `to`.
  BicubicTaps(uint32_t from, uint32_t to, uint32_t first, uint32_t count);

  struct Tap {
    uint32_t start = 0;  // the first source sample
    uint32_t count = 0;
    const int32_t* weights = nullptr;  // [count], 1.0 = 2²²
  };
  /// Precondition: first ≤ output < first + count.
  [[nodiscard]] Tap tap(uint32_t output) const;

 private:
  uint32_t first_;
  size_t stride_;
  std::vector<uint32_t> bounds_;  // [count, 2]: start, taps
  std::vector<int32_t> weights_;  // [count, stride]
};

}  // namespace lapilli
