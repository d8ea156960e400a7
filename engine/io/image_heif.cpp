// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image_decode.h"

#include <memory>

#include <libheif/heif.h>

namespace lapilli::image_decode {
namespace {

void require(const heif_error& error) {
  if (error.code != heif_error_Ok) throw Error(ErrorCode::kBadFile, text("damaged HEIF: ", error.message));
}

template <class T>
using Released = std::unique_ptr<T, void (*)(const T*)>;

}  // namespace

Decoded decode_heif(Bytes content, const ImageLimits& limits) {
  const std::unique_ptr<heif_context, decltype(&heif_context_free)> context(heif_context_alloc(),
                                                                            heif_context_free);
  if (!context) throw std::bad_alloc();
  heif_context_set_maximum_image_size_limit(context.get(),
                                            static_cast<int>(std::min(limits.max_side, 32767u)));
  require(heif_context_read_from_memory_without_copy(context.get(), content.data(), content.size(), nullptr));

  heif_image_handle* primary = nullptr;
  require(heif_context_get_primary_image_handle(context.get(), &primary));
  const Released<heif_image_handle> handle(primary, heif_image_handle_release);
  const int width = heif_image_handle_get_width(handle.get());
  const int height = heif_image_handle_get_height(handle.get());
  check_size(static_cast<uint64_t>(std::max(width, 0)), static_cast<uint64_t>(std::max(height, 0)), limits);

  // The container's own rotation is part of decoding; the EXIF tag inside repeats it and is not applied
  // again.
  heif_image* picture = nullptr;
  require(
      heif_decode_image(handle.get(), &picture, heif_colorspace_RGB, heif_chroma_interleaved_RGB, nullptr));
  const Released<heif_image> image(picture, heif_image_release);
  int stride = 0;
  const uint8_t* plane = heif_image_get_plane_readonly(image.get(), heif_channel_interleaved, &stride);
  if (!plane) throw Error(ErrorCode::kBadFile, "damaged HEIF: it holds no colour planes");

  Decoded decoded{
      .image = new_image(static_cast<uint64_t>(heif_image_get_width(image.get(), heif_channel_interleaved)),
                         static_cast<uint64_t>(heif_image_get_height(image.get(), heif_channel_interleaved)),
                         limits),
      .mode = heif_image_handle_has_alpha_channel(handle.get()) ? "RGBA" : "RGB",
      .always_upright = true};
  for (uint32_t y = 0; y < decoded.image.height; ++y) {
    rgb_row(plane + static_cast<ptrdiff_t>(y) * stride, decoded.image.width, 3, decoded.image.row(y));
  }
  return decoded;
}

}  // namespace lapilli::image_decode
