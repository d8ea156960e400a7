// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image_decode.h"
#include "engine/io/orientation.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>

#include <png.h>
#include <zlib.h>

namespace lapilli::image_decode {
namespace {

constexpr size_t kSignatureBytes = 8;
constexpr size_t kChunkHeadBytes = 8;
constexpr uint64_t kDeflateRatio = 1032;  // the most that zlib's format can expand

uint32_t big_endian(const std::byte* at) {
  return uint32_t{std::to_integer<uint32_t>(at[0])} << 24 | std::to_integer<uint32_t>(at[1]) << 16 |
         std::to_integer<uint32_t>(at[2]) << 8 | std::to_integer<uint32_t>(at[3]);
}

struct Chunk {
  std::string_view name;
  Bytes data;
  bool whole = false;  // its checksum is right
};

/// The next chunk at `offset`, which moves past it; nothing at the end of the file or where it is cut.
std::optional<Chunk> next_chunk(Bytes content, size_t& offset) {
  if (content.size() - offset < kChunkHeadBytes + 4) return {};
  const std::byte* head = content.data() + offset;
  const uint64_t size = big_endian(head);
  if (size > content.size() - offset - kChunkHeadBytes - 4) return {};
  Chunk chunk{as_string_view(content.subspan(offset + 4, 4)),
              content.subspan(offset + kChunkHeadBytes, size)};
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(head + 4), static_cast<uInt>(size + 4));
  chunk.whole = sum == big_endian(head + kChunkHeadBytes + size);
  offset += kChunkHeadBytes + size + 4;
  return chunk;
}

/// What libpng is not asked for: checksums (the reference wants them right everywhere but in the pixel data,
/// which zlib checks itself) and the orientation.
struct ChunkFacts {
  uint64_t data_bytes = 0;
  int orientation = 1;
};

ChunkFacts read_chunks(Bytes content) {
  ChunkFacts facts;
  Bytes exif;
  Bytes xmp;
  size_t offset = kSignatureBytes;
  while (const auto chunk = next_chunk(content, offset)) {
    if (chunk->name == "IEND") break;
    if (chunk->name == "IDAT") facts.data_bytes += chunk->data.size();
    if (chunk->name == "IDAT") continue;
    if (!chunk->whole && facts.data_bytes == 0) {
      throw Error(ErrorCode::kBadFile, text("damaged PNG: wrong checksum in chunk ", chunk->name));
    }
    if (chunk->name == "eXIf") exif = chunk->data;
    if (chunk->name == "iTXt" && as_string_view(chunk->data).starts_with("XML:com.adobe.xmp"))
      xmp = chunk->data;
  }
  facts.orientation = orientation_of(exif, xmp);
  return facts;
}

/// libpng does not tell the size that it refuses.
void check_stated_size(Bytes content, const ImageLimits& limits) {
  size_t offset = kSignatureBytes;
  const auto first = next_chunk(content, offset);
  if (first && first->name == "IHDR" && first->data.size() >= 8)
    check_size(big_endian(first->data.data()), big_endian(first->data.data() + 4), limits);
}

struct Header {
  uint32_t width = 0;
  uint32_t height = 0;
  int depth = 0;
  int colour = 0;
};

/// libpng over bytes in memory; as with libjpeg, it reports errors by longjmp through functions without
/// objects.
class PngReader {
 public:
  explicit PngReader(Bytes content) : rest_(content), size_(content.size()) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, [](png_structp, png_const_charp) {});
    if (png_) info_ = png_create_info_struct(png_);
    if (!png_ || !info_) throw std::bad_alloc();
  }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }

  [[nodiscard]] const char* message() const { return message_; }

  bool read_header(Header& header, const ImageLimits& limits) {
    if (setjmp(failed_)) return false;
    png_set_read_fn(png_, this, read);
    png_set_user_limits(png_, limits.max_side, limits.max_side);
    png_set_crc_action(png_, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    png_set_read_user_chunk_fn(png_, nullptr, [](png_structp, png_unknown_chunkp) { return 1; });  // skipped
    png_read_info(png_, info_);
    png_get_IHDR(png_, info_, &header.width, &header.height, &header.depth, &header.colour, nullptr, nullptr,
                 nullptr);
    return true;
  }

  /// Decodes every pass; `rows` [height] point at space for png row_bytes each.
  bool read_image(png_bytepp rows) {
    if (setjmp(failed_)) return false;
    png_read_image(png_, rows);
    return true;
  }

  [[nodiscard]] size_t row_bytes() const { return png_get_rowbytes(png_, info_); }

  [[nodiscard]] Palette palette() const {
    Palette palette{};
    png_colorp colours = nullptr;
    int count = 0;
    if (!png_get_PLTE(png_, info_, &colours, &count)) return palette;
    for (int i = 0; i < std::min(count, 256); ++i) {
      palette[static_cast<size_t>(i)] = {colours[i].red, colours[i].green, colours[i].blue};
    }
    return palette;
  }

 private:
  [[noreturn]] static void on_error(png_structp png, png_const_charp message) {
    auto& self = *static_cast<PngReader*>(png_get_error_ptr(png));
    std::snprintf(self.message_, sizeof self.message_, "%s", message);
    std::longjmp(self.failed_, 1);
  }

  static void read(png_structp png, png_bytep to, size_t count) {
    auto& self = *static_cast<PngReader*>(png_get_io_ptr(png));
    if (count > self.rest_.size()) {
      char message[64];
      std::snprintf(message, sizeof message, "the file is truncated: it ends after %zu bytes", self.size_);
      png_error(png, message);
    }
    std::copy_n(reinterpret_cast<const png_byte*>(self.rest_.data()), count, to);
    self.rest_ = self.rest_.subspan(count);
  }

  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  Bytes rest_;
  size_t size_;
  std::jmp_buf failed_{};
  char message_[256] = {};
};

void require(bool done, const PngReader& reader) {
  if (!done) throw Error(ErrorCode::kBadFile, text("damaged PNG: ", reader.message()));
}

std::string pillow_mode(const Header& header) {
  switch (header.colour) {
    case PNG_COLOR_TYPE_GRAY:
      return header.depth == 1 ? "1" : header.depth == 16 ? "I;16" : "L";
    case PNG_COLOR_TYPE_GRAY_ALPHA:
      return header.depth == 16 ? "RGBA" : "LA";
    case PNG_COLOR_TYPE_RGB:
      return "RGB";
    case PNG_COLOR_TYPE_PALETTE:
      return "P";
    default:
      return "RGBA";
  }
}

/// Grey of 1, 2 and 4 bits is stretched to 0…255.
void convert_row(const uint8_t* stored, const Header& header, const Palette& palette,
                 std::vector<uint8_t>& scratch, uint8_t* rgb) {
  const uint32_t width = header.width;
  const size_t sample = header.depth == 16 ? 2 : 1;
  switch (header.colour) {
    case PNG_COLOR_TYPE_GRAY:
      if (header.depth == 16) {
        for (uint32_t x = 0; x < width; ++x) scratch[x] = stored[2 * x] == 0 ? stored[2 * x + 1] : 255;
      } else {
        unpack_bits(stored, static_cast<uint32_t>(header.depth), width, scratch.data());
        const int stretch = 255 / ((1 << header.depth) - 1);
        for (uint8_t& value : scratch) value = static_cast<uint8_t>(value * stretch);
      }
      grey_row(scratch.data(), width, 1, rgb);
      break;
    case PNG_COLOR_TYPE_PALETTE:
      unpack_bits(stored, static_cast<uint32_t>(header.depth), width, scratch.data());
      palette_row(scratch.data(), width, palette, rgb);
      break;
    case PNG_COLOR_TYPE_GRAY_ALPHA:
      grey_row(stored, width, 2 * sample, rgb);
      break;
    default: {
      const size_t channels = header.colour == PNG_COLOR_TYPE_RGB ? 3 : 4;
      if (sample == 1) return rgb_row(stored, width, channels, rgb);
      for (size_t x = 0; x < width; ++x) {
        for (size_t c = 0; c < 3; ++c) rgb[3 * x + c] = stored[2 * (channels * x + c)];
      }
    }
  }
}

}  // namespace

Decoded decode_png(Bytes content, const ImageLimits& limits) {
  const ChunkFacts facts = read_chunks(content);
  check_stated_size(content, limits);
  PngReader reader(content);
  Header header;
  require(reader.read_header(header, limits), reader);
  check_size(header.width, header.height, limits);
  const uint64_t stored_bytes = uint64_t{reader.row_bytes()} * header.height;
  check_ratio(facts.data_bytes, stored_bytes, kDeflateRatio);

  std::vector<uint8_t> stored(stored_bytes);
  std::vector<png_bytep> rows(header.height);
  for (size_t y = 0; y < rows.size(); ++y) rows[y] = stored.data() + y * reader.row_bytes();
  require(reader.read_image(rows.data()), reader);

  Decoded decoded{.image = new_image(header.width, header.height, limits),
                  .mode = pillow_mode(header),
                  .orientation = facts.orientation};
  const Palette palette = reader.palette();
  std::vector<uint8_t> scratch(header.width);
  for (uint32_t y = 0; y < header.height; ++y) {
    convert_row(rows[y], header, palette, scratch, decoded.image.row(y));
  }
  return decoded;
}

}  // namespace lapilli::image_decode
