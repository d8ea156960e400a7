// SPDX-License-Identifier: Apache-2.0
#include "engine/io/orientation.h"
#include "engine/io/tiff_layout.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <limits>
#include <memory>

#include <tiffio.h>

namespace lapilli::image_decode {
namespace {

/// Bytes in memory as libtiff's client file, with the last error it reported.
struct Source {
  Bytes content;
  uint64_t position = 0;
  char message[256] = {};
};

Source& source_of(thandle_t handle) {
  return *static_cast<Source*>(handle);
}

tmsize_t read_bytes(thandle_t handle, void* to, tmsize_t count) {
  Source& source = source_of(handle);
  const uint64_t left = source.position < source.content.size() ? source.content.size() - source.position : 0;
  const uint64_t done = std::min(static_cast<uint64_t>(std::max<tmsize_t>(count, 0)), left);
  std::copy_n(source.content.data() + (left ? source.position : 0), done, static_cast<std::byte*>(to));
  source.position += done;
  return static_cast<tmsize_t>(done);
}

toff_t seek(thandle_t handle, toff_t offset, int whence) {
  Source& source = source_of(handle);
  const uint64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? source.position : source.content.size();
  return source.position = base + offset;
}

int keep_message(TIFF*, void* handle, const char*, const char* format, va_list arguments) {
  Source& source = source_of(handle);
  std::vsnprintf(source.message, sizeof source.message, format, arguments);
  return 1;  // libtiff's global handlers stay silent
}

[[noreturn]] void damaged(const Source& source) {
  throw Error(ErrorCode::kBadFile,
              text("damaged TIFF: ", source.message[0] ? source.message : "it cannot be decoded"));
}

using Tiff = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

Tiff open_tiff(Source& source, const ImageLimits& limits) {
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(TIFFOpenOptionsAlloc(),
                                                                                 TIFFOpenOptionsFree);
  if (!options) throw std::bad_alloc();
  constexpr uint64_t kMostBytesPerPixel = 16;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(),
                                      static_cast<tmsize_t>(limits.max_pixels * kMostBytesPerPixel));
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_message, &source);
  TIFFOpenOptionsSetWarningHandlerExtR(
      options.get(), [](TIFF*, void*, const char*, const char*, va_list) { return 1; }, nullptr);
  Tiff tiff(TIFFClientOpenExt(
                "", "rmC", &source, read_bytes, [](thandle_t, void*, tmsize_t) -> tmsize_t { return 0; },
                seek, [](thandle_t) { return 0; },
                [](thandle_t handle) -> toff_t { return source_of(handle).content.size(); },
                [](thandle_t, void**, toff_t*) { return 0; }, [](thandle_t, void*, toff_t) {}, options.get()),
            TIFFClose);
  if (!tiff) damaged(source);
  return tiff;
}

template <class T>
T field(TIFF* tiff, ttag_t tag, T otherwise) {
  T value{};
  return TIFFGetFieldDefaulted(tiff, tag, &value) ? value : otherwise;
}

void read_palette(TIFF* tiff, TiffLayout& layout) {
  uint16_t* channels[3] = {};
  if (!TIFFGetField(tiff, TIFFTAG_COLORMAP, &channels[0], &channels[1], &channels[2])) {
    throw Error(ErrorCode::kBadFile, "damaged TIFF: the palette is missing");
  }
  for (size_t i = 0; i < size_t{1} << std::min<int>(layout.bits, 8); ++i) {
    for (size_t c = 0; c < 3; ++c) layout.palette[i][c] = static_cast<uint8_t>(channels[c][i] >> 8);
  }
}

TiffLayout read_layout(TIFF* tiff, const ImageLimits& limits) {
  TiffLayout layout;
  layout.width = field<uint32_t>(tiff, TIFFTAG_IMAGEWIDTH, 0);
  layout.height = field<uint32_t>(tiff, TIFFTAG_IMAGELENGTH, 0);
  check_size(layout.width, layout.height, limits);
  layout.bits = field<uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  layout.samples = field<uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  layout.sample_format = field<uint16_t>(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  layout.photometric = field<uint16_t>(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
  uint16_t count = 0;
  uint16_t* kinds = nullptr;
  if (TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) && count > 0) layout.extra = kinds[0];
  if (layout.photometric == PHOTOMETRIC_PALETTE) read_palette(tiff, layout);
  return layout;
}

int read_orientation(TIFF* tiff) {
  const int stored = field<uint16_t>(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  uint16_t explicit_tag = 0;
  if (TIFFGetField(tiff, TIFFTAG_ORIENTATION, &explicit_tag)) return stored >= 1 && stored <= 8 ? stored : 1;
  uint32_t size = 0;
  const void* xmp = nullptr;
  if (!TIFFGetField(tiff, TIFFTAG_XMLPACKET, &size, &xmp)) return 1;
  return xmp_orientation(Bytes(static_cast<const std::byte*>(xmp), size)).value_or(1);
}

/// The most that one stored byte can become, where the scheme has a bound.
std::optional<uint64_t> largest_ratio(uint16_t compression) {
  switch (compression) {
    case COMPRESSION_NONE:
      return 1;
    case COMPRESSION_PACKBITS:
      return 64;
    case COMPRESSION_LZW:
      return 4096;
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE:
      return 1032;
    default:
      return {};
  }
}

/// libtiff's own conversion to RGBA, for the stored forms of YCbCr that only it can unfold.
Image read_as_rgba(TIFF* tiff, const TiffLayout& layout, const Source& source, const ImageLimits& limits) {
  char message[1024] = {};
  TIFFRGBAImage reader;
  if (!TIFFRGBAImageOK(tiff, message) || !TIFFRGBAImageBegin(&reader, tiff, 0, message)) {
    throw Error(ErrorCode::kUnsupported, text("TIFF that cannot be read: ", message));
  }
  const std::unique_ptr<TIFFRGBAImage, decltype(&TIFFRGBAImageEnd)> end(&reader, TIFFRGBAImageEnd);
  reader.orientation = reader.req_orientation = ORIENTATION_TOPLEFT;

  const auto stated = field<uint32_t>(tiff, TIFFIsTiled(tiff) ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP, 0);
  const uint32_t step = stated == 0 ? layout.height : std::min(stated, layout.height);
  Image image = new_image(layout.width, layout.height, limits);
  std::vector<uint32_t> block(size_t{layout.width} * step);
  for (uint32_t y = 0; y < layout.height; y += step) {
    const uint32_t rows = std::min(step, layout.height - y);
    reader.row_offset = static_cast<int>(y);
    if (!TIFFRGBAImageGet(&reader, block.data(), layout.width, rows)) damaged(source);
    for (uint32_t n = 0; n < rows; ++n) {
      const auto* row = reinterpret_cast<const uint8_t*>(block.data() + size_t{n} * layout.width);
      rgb_row(row, layout.width, 4, image.row(y + n));
    }
  }
  return image;
}

/// Strips and tiles alike: blocks of rows and columns, one per plane where planes are stored apart.
class BlockReader {
 public:
  BlockReader(TIFF* tiff, const TiffLayout& layout, const Source& source)
      : tiff_(tiff),
        layout_(layout),
        source_(source),
        tiled_(TIFFIsTiled(tiff)),
        planes_(field<uint16_t>(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE
                    ? layout.samples
                    : 1) {
    width_ = tiled_ ? field<uint32_t>(tiff, TIFFTAG_TILEWIDTH, 0) : layout.width;
    height_ = tiled_ ? field<uint32_t>(tiff, TIFFTAG_TILELENGTH, 0)
                     : std::min(field<uint32_t>(tiff, TIFFTAG_ROWSPERSTRIP, layout.height), layout.height);
    row_bytes_ =
        static_cast<size_t>(std::max<tmsize_t>(tiled_ ? TIFFTileRowSize(tiff) : TIFFScanlineSize(tiff), 0));
    bytes_ = static_cast<size_t>(std::max<tmsize_t>(tiled_ ? TIFFTileSize(tiff) : TIFFStripSize(tiff), 0));
    check_geometry();
  }

  void read(Image& image) {
    std::vector<uint8_t> stored(bytes_ * planes_);
    std::vector<uint8_t> joined(planes_ > 1 ? size_t{width_} * sample_bytes() * planes_ : 0);
    std::vector<uint8_t> scratch(width_);
    for (uint32_t y = 0; y < layout_.height; y += height_) {
      for (uint32_t x = 0; x < layout_.width; x += width_) {
        for (uint16_t plane = 0; plane < planes_; ++plane)
          read_block(x, y, plane, stored.data() + bytes_ * plane);
        const uint32_t columns = std::min(width_, layout_.width - x);
        for (uint32_t n = 0; n < std::min(height_, layout_.height - y); ++n) {
          const uint8_t* row = stored.data() + row_bytes_ * n;
          if (planes_ > 1) row = join_planes(row, columns, joined.data());
          layout_.convert_row(row, columns, scratch.data(), image.row(y + n) + size_t{3} * x);
        }
      }
    }
  }

 private:
  [[nodiscard]] size_t sample_bytes() const { return layout_.bits / 8; }

  void check_geometry() const {
    const size_t samples = planes_ > 1 ? 1 : layout_.samples;
    const uint64_t needed = (uint64_t{width_} * samples * layout_.bits + 7) / 8;
    constexpr uint64_t kSmallBlock = 16 << 20;  // tiles may be larger than a small picture
    const uint64_t largest = kSmallBlock + 4 * needed * layout_.height;
    const bool fits =
        width_ > 0 && height_ > 0 && row_bytes_ >= needed && uint64_t{row_bytes_} * height_ <= bytes_;
    if (!fits || bytes_ > largest || (planes_ > 1 && sample_bytes() == 0)) {
      throw Error(ErrorCode::kBadFile, text("damaged TIFF: blocks of ", width_, " x ", height_, " pixels in ",
                                            bytes_, " bytes do not fit the picture"));
    }
  }

  void read_block(uint32_t x, uint32_t y, uint16_t plane, uint8_t* to) const {
    const auto size = static_cast<tmsize_t>(bytes_);
    const tmsize_t done = tiled_ ? TIFFReadTile(tiff_, to, x, y, 0, plane)
                                 : TIFFReadEncodedStrip(tiff_, TIFFComputeStrip(tiff_, y, plane), to, size);
    if (done < 0) damaged(source_);
  }

  const uint8_t* join_planes(const uint8_t* first, uint32_t columns, uint8_t* joined) const {
    const size_t size = sample_bytes();
    for (size_t plane = 0; plane < planes_; ++plane) {
      const uint8_t* from = first + bytes_ * plane;
      for (size_t x = 0; x < columns; ++x)
        std::copy_n(from + x * size, size, joined + (x * planes_ + plane) * size);
    }
    return joined;
  }

  TIFF* tiff_;
  const TiffLayout& layout_;
  const Source& source_;
  bool tiled_;
  uint16_t planes_;
  uint32_t width_ = 0;
  uint32_t height_ = 0;
  size_t row_bytes_ = 0;
  size_t bytes_ = 0;
};

/// Chroma stored at full resolution without compression is plain bytes; libjpeg unfolds its own.
bool needs_unfolding(TIFF* tiff, const TiffLayout& layout, uint16_t compression) {
  if (layout.photometric != PHOTOMETRIC_YCBCR) return false;
  uint16_t across = 2;
  uint16_t down = 2;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_YCBCRSUBSAMPLING, &across, &down);
  return compression != COMPRESSION_NONE || across != 1 || down != 1;
}

}  // namespace

Decoded decode_tiff(Bytes content, const ImageLimits& limits) {
  Source source{.content = content};
  const Tiff tiff = open_tiff(source, limits);
  TiffLayout layout = read_layout(tiff.get(), limits);
  const auto compression = field<uint16_t>(tiff.get(), TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  const bool contiguous =
      field<uint16_t>(tiff.get(), TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_CONTIG;
  Decoded decoded{.image = {},
                  .mode = layout.mode(),
                  .orientation = read_orientation(tiff.get()),
                  .always_upright = true};
  if (const auto ratio = largest_ratio(compression); ratio && layout.photometric != PHOTOMETRIC_YCBCR) {
    check_ratio(content.size(), uint64_t{layout.width} * layout.samples * layout.bits / 8 * layout.height,
                *ratio);
  }

  if (layout.photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG && contiguous) {
    TIFFSetField(tiff.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    layout.photometric = PHOTOMETRIC_RGB;
  }
  if (layout.photometric == PHOTOMETRIC_YCBCR) decoded.mode = "RGB";
  if (needs_unfolding(tiff.get(), layout, compression)) {
    decoded.image = read_as_rgba(tiff.get(), layout, source, limits);
  } else {
    BlockReader blocks(tiff.get(), layout, source);
    decoded.image = new_image(layout.width, layout.height, limits);
    blocks.read(decoded.image);
  }
  return decoded;
}

}  // namespace lapilli::image_decode
