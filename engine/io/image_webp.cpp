// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image_decode.h"
#include "engine/io/orientation.h"

#include <memory>

#include <webp/decode.h>
#include <webp/demux.h>

namespace lapilli::image_decode {
namespace {

/// A metadata chunk ("EXIF", "XMP "); empty where there is none. The bytes are the file's own.
Bytes metadata(const WebPDemuxer* demuxer, const char* name) {
  WebPChunkIterator iterator;
  Bytes data;
  if (WebPDemuxGetChunk(demuxer, name, 1, &iterator)) {
    data = Bytes(reinterpret_cast<const std::byte*>(iterator.chunk.bytes), iterator.chunk.size);
  }
  WebPDemuxReleaseChunkIterator(&iterator);
  return data;
}

[[noreturn]] void damaged(std::string_view what) {
  throw Error(ErrorCode::kBadFile, text("damaged WebP: ", what));
}

}  // namespace

Decoded decode_webp(Bytes content, const ImageLimits& limits) {
  const WebPData data{reinterpret_cast<const uint8_t*>(content.data()), content.size()};
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(data.bytes, data.size, &features) != VP8_STATUS_OK)
    damaged("its header cannot be read");
  check_size(static_cast<uint64_t>(features.width), static_cast<uint64_t>(features.height), limits);

  // The demuxer refuses files that are cut, before the canvas is allocated.
  const std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)> demuxer(WebPDemux(&data), WebPDemuxDelete);
  if (!demuxer) damaged("the file is truncated or its parts do not fit together");
  const std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)> decoder(
      WebPAnimDecoderNew(&data, nullptr), WebPAnimDecoderDelete);
  WebPAnimInfo info;
  if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info)) damaged("it cannot be decoded");
  check_size(info.canvas_width, info.canvas_height, limits);
  uint8_t* canvas = nullptr;  // RGBA, owned by the decoder
  int timestamp = 0;
  if (!WebPAnimDecoderGetNext(decoder.get(), &canvas, &timestamp))
    damaged("its first frame cannot be decoded");

  Decoded decoded{
      .image = new_image(info.canvas_width, info.canvas_height, limits),
      .mode = features.has_alpha ? "RGBA" : "RGB",
      .orientation = orientation_of(metadata(demuxer.get(), "EXIF"), metadata(demuxer.get(), "XMP "))};
  for (uint32_t y = 0; y < info.canvas_height; ++y) {
    rgb_row(canvas + size_t{4} * info.canvas_width * y, info.canvas_width, 4, decoded.image.row(y));
  }
  return decoded;
}

}  // namespace lapilli::image_decode
