// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image_decode.h"

#include <jxl/decode_cxx.h>

namespace lapilli::image_decode {
namespace {

[[noreturn]] void damaged(std::string_view what) {
  throw Error(ErrorCode::kBadFile, text("damaged JPEG XL: ", what));
}

void require(JxlDecoderStatus status) {
  if (status != JXL_DEC_SUCCESS) damaged("the decoder refuses it");
}

}  // namespace

Decoded decode_jxl(Bytes content, const ImageLimits& limits) {
  const JxlDecoderPtr decoder = JxlDecoderMake(nullptr);
  if (!decoder) throw std::bad_alloc();
  require(JxlDecoderSubscribeEvents(decoder.get(), JXL_DEC_BASIC_INFO | JXL_DEC_FULL_IMAGE));
  require(
      JxlDecoderSetInput(decoder.get(), reinterpret_cast<const uint8_t*>(content.data()), content.size()));
  JxlDecoderCloseInput(decoder.get());

  Decoded decoded{.image = {}, .mode = {}, .always_upright = true};  // the library turns the picture by its own header
  constexpr JxlPixelFormat kRgb = {
      .num_channels = 3, .data_type = JXL_TYPE_UINT8, .endianness = JXL_NATIVE_ENDIAN, .align = 0};
  for (;;) {
    switch (JxlDecoderProcessInput(decoder.get())) {
      case JXL_DEC_BASIC_INFO: {
        JxlBasicInfo info;
        require(JxlDecoderGetBasicInfo(decoder.get(), &info));
        decoded.image = new_image(info.xsize, info.ysize, limits);
        decoded.mode = info.alpha_bits > 0 ? "RGBA" : info.num_color_channels == 1 ? "L" : "RGB";
        break;
      }
      case JXL_DEC_NEED_IMAGE_OUT_BUFFER:
        require(JxlDecoderSetImageOutBuffer(decoder.get(), &kRgb, decoded.image.pixels.data(),
                                            decoded.image.pixels.size()));
        break;
      case JXL_DEC_FULL_IMAGE:
        return decoded;
      case JXL_DEC_NEED_MORE_INPUT:
        damaged("the file is truncated");
      default:
        damaged("it cannot be decoded");
    }
  }
}

}  // namespace lapilli::image_decode
