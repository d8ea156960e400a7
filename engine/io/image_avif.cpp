// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image_decode.h"

#include <memory>

#include <avif/avif.h>

namespace lapilli::image_decode {
namespace {

void require(avifResult result) {
  if (result != AVIF_RESULT_OK)
    throw Error(ErrorCode::kBadFile, text("damaged AVIF: ", avifResultToString(result)));
}

/// The EXIF value for the container's turn (counter-clockwise quarters) followed by its mirror.
int orientation_of_transforms(const avifImage& image) {
  const bool turned = image.transformFlags & AVIF_TRANSFORM_IROT;
  const bool mirrored = image.transformFlags & AVIF_TRANSFORM_IMIR;
  const size_t quarters = turned ? image.irot.angle & 3 : 0;
  constexpr int kTurned[] = {1, 8, 3, 6};
  constexpr int kTopToBottom[] = {4, 5, 2, 7};
  constexpr int kLeftToRight[] = {2, 7, 4, 5};
  if (!mirrored) return kTurned[quarters];
#if AVIF_VERSION >= 1000000
  const int axis = image.imir.axis;
#else
  const int axis = image.imir.mode;
#endif
  return axis == 0 ? kTopToBottom[quarters] : kLeftToRight[quarters];
}

}  // namespace

Decoded decode_avif(Bytes content, const ImageLimits& limits) {
  const std::unique_ptr<avifDecoder, decltype(&avifDecoderDestroy)> decoder(avifDecoderCreate(),
                                                                            avifDecoderDestroy);
  if (!decoder) throw std::bad_alloc();
  decoder->strictFlags &= ~static_cast<avifStrictFlags>(AVIF_STRICT_CLAP_VALID | AVIF_STRICT_PIXI_REQUIRED);
  decoder->imageSizeLimit =
      static_cast<uint32_t>(std::min<uint64_t>(limits.max_pixels, AVIF_DEFAULT_IMAGE_SIZE_LIMIT));
  require(avifDecoderSetIOMemory(decoder.get(), reinterpret_cast<const uint8_t*>(content.data()),
                                 content.size()));
  require(avifDecoderParse(decoder.get()));
  check_size(decoder->image->width, decoder->image->height, limits);
  require(avifDecoderNextImage(decoder.get()));

  Decoded decoded{.image = new_image(decoder->image->width, decoder->image->height, limits),
                  .mode = decoder->alphaPresent                                   ? "RGBA"
                          : decoder->image->yuvFormat == AVIF_PIXEL_FORMAT_YUV400 ? "L"
                                                                                  : "RGB",
                  .orientation = orientation_of_transforms(*decoder->image)};
  avifRGBImage rgb;
  avifRGBImageSetDefaults(&rgb, decoder->image);
  rgb.depth = 8;
  rgb.format = AVIF_RGB_FORMAT_RGB;
  rgb.ignoreAlpha = AVIF_TRUE;
  rgb.pixels = decoded.image.pixels.data();
  rgb.rowBytes = static_cast<uint32_t>(decoded.image.row_bytes());
  require(avifImageYUVToRGB(decoder->image, &rgb));
  return decoded;
}

}  // namespace lapilli::image_decode
