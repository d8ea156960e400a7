// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

using Rgb = std::array<uint8_t, 3>;

/// An 8-bit RGB picture, row-major from the top left, rows packed: pixels [height, width, 3].
struct Image {
  uint32_t width = 0;
  uint32_t height = 0;
  std::vector<uint8_t> pixels;

  Image() = default;
  /// A black picture.
  Image(uint32_t w, uint32_t h) : width(w), height(h), pixels(size_t{3} * w * h) {}

  [[nodiscard]] size_t row_bytes() const { return size_t{3} * width; }
  [[nodiscard]] uint8_t* row(uint32_t y) { return pixels.data() + y * row_bytes(); }
  [[nodiscard]] const uint8_t* row(uint32_t y) const { return pixels.data() + y * row_bytes(); }
};

enum class ImageFormat { kJpeg, kPng, kGif, kBmp, kWebp, kTiff, kHeif, kAvif, kJxl };

/// "JPEG", "PNG", …; Pillow's names.
std::string_view to_string(ImageFormat format);

/// What the first bytes say; fails with kBadFile for anything that is none of the formats above.
[[nodiscard]] Result<ImageFormat> image_format_of(Bytes content);

/// Whether this build can decode the format; HEIF, AVIF and JPEG XL depend on their libraries.
[[nodiscard]] bool can_decode(ImageFormat format);

enum class OrientationPolicy {
  kApply,   // the picture stands as its EXIF (or XMP) tag says
  kIgnore,  // the pixels as Pillow's open().convert("RGB") returns them, which LLaVA uses
};

/// Bounds for pictures of untrusted origin, checked before pixels are decoded.
struct ImageLimits {
  uint32_t max_side = 65535;
  uint64_t max_pixels = uint64_t{512} << 20;
};

struct ImageOptions {
  OrientationPolicy orientation = OrientationPolicy::kApply;
  ImageLimits limits = {};
};

/// What the file says about its picture.
struct ImageFacts {
  ImageFormat format = ImageFormat::kPng;
  std::string mode;  // how the pixels are stored, by Pillow's name: "RGB", "L", "P", "CMYK", "I;16", …
  uint32_t stored_width = 0;  // before any rotation
  uint32_t stored_height = 0;
  int orientation = 1;  // EXIF value 1…8 of the stored pixels
};

struct LoadedImage {
  Image image;
  ImageFacts facts;
};

/// Decodes the first frame of a picture to 8-bit RGB.
///
/// Pixels equal Pillow's `Image.open().convert("RGB")` byte for byte for JPEG, PNG, GIF, BMP, WebP and TIFF:
/// alpha is dropped and not blended, palettes are looked up, CMYK follows Adobe's inversion, 16-bit grey is
/// clipped at 255 and 16-bit colour keeps the high byte. TIFF, HEIF and JPEG XL are upright under either
/// policy, as their readers rotate. Fails with kUnsupported for a format or variant that is not read,
/// kBadFile for damaged, cut or oversized content.
[[nodiscard]] Result<LoadedImage> decode_image(Bytes content, const ImageOptions& options = {});

/// decode_image of a file; the error's place is the path. Fails with kNotFound and kIo as well.
[[nodiscard]] Result<LoadedImage> load_image(const std::filesystem::path& path,
                                             const ImageOptions& options = {});

/// kFast: about three times as fast; drawings stay as small, photographs grow by a fifth.
enum class PngEffort { kSmall, kFast };

/// An 8-bit RGB PNG, the same bytes for the same pixels.
[[nodiscard]] Result<std::vector<std::byte>> encode_png(const Image& image,
                                                        PngEffort effort = PngEffort::kSmall);

/// Writes an 8-bit RGB PNG, replacing the file in one step.
[[nodiscard]] Result<void> write_png(const std::filesystem::path& path, const Image& image);

}  // namespace lapilli
