// SPDX-License-Identifier: Apache-2.0
#include "engine/io/file.h"
#include "engine/io/image.h"

#include <png.h>

namespace lapilli {

/// libpng's simplified interface: sizes first, then writes into memory; it catches its own errors.
Result<std::vector<std::byte>> encode_png(const Image& image, PngEffort effort) {
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = image.width;
  header.height = image.height;
  header.format = PNG_FORMAT_RGB;
  if (effort == PngEffort::kFast) header.flags = PNG_IMAGE_FLAG_FAST;
  std::vector<std::byte> encoded(PNG_IMAGE_PNG_SIZE_MAX(header));
  png_alloc_size_t size = encoded.size();
  if (!png_image_write_to_memory(&header, encoded.data(), &size, 0, image.pixels.data(), 0, nullptr)) {
    return Error(ErrorCode::kInternal, text("cannot encode ", image.width, " x ", image.height,
                                            " pixels as PNG: ", header.message));
  }
  encoded.resize(size);
  return encoded;
}

Result<void> write_png(const std::filesystem::path& path, const Image& image) {
  const auto encoded = encode_png(image);
  if (!encoded) return encoded.error().within(path.string());
  return replace_file(path, Bytes(*encoded));
}

}  // namespace lapilli
