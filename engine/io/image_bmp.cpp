// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image_decode.h"

#include <algorithm>
#include <bit>

namespace lapilli::image_decode {
namespace {

constexpr uint32_t kFileHeaderBytes = 14;
constexpr uint32_t kCoreHeaderBytes = 12;  // OS/2: 16-bit sizes, three-byte palette entries

enum Compression : uint32_t { kRaw = 0, kRle8 = 1, kRle4 = 2, kBitfields = 3 };

struct Header {
  uint32_t header_bytes = 0;
  uint32_t data_offset = 0;
  uint32_t width = 0;
  uint32_t height = 0;
  bool top_down = false;
  uint32_t bits = 0;
  uint32_t compression = kRaw;
  uint32_t colours = 0;
  std::array<uint32_t, 3> masks{};  // red, green, blue

  [[nodiscard]] uint32_t palette_entry_bytes() const { return header_bytes == kCoreHeaderBytes ? 3 : 4; }
  [[nodiscard]] uint64_t row_bytes() const { return (uint64_t{width} * bits + 31) / 32 * 4; }
};

[[noreturn]] void unsupported(std::string_view what, uint32_t value) {
  throw Error(ErrorCode::kUnsupported, text("BMP with ", what, " ", value, " cannot be read"));
}

void read_sizes(ByteReader& file, Header& header) {
  if (header.header_bytes == kCoreHeaderBytes) {
    header.width = file.read<uint16_t>("width");
    header.height = file.read<uint16_t>("height");
    file.take(2, "planes");
    header.bits = file.read<uint16_t>("bits");
    return;
  }
  header.width = file.read<uint32_t>("width");
  const auto height = file.read<uint32_t>("height");
  header.top_down = height >> 24 == 0xFF;
  header.height = header.top_down ? 0 - height : height;
  file.take(2, "planes");
  header.bits = file.read<uint16_t>("bits");
  header.compression = file.read<uint32_t>("compression");
  file.take(12, "sizes");
  header.colours = file.read<uint32_t>("colours");
  file.take(4, "important colours");
}

/// Channel masks: stored where bit fields are used, otherwise 5 bits each for 16-bit pixels and a byte each
/// above.
void read_masks(ByteReader& file, Header& header) {
  header.masks = header.bits == 16 ? std::array<uint32_t, 3>{0x7C00, 0x3E0, 0x1F}
                                   : std::array<uint32_t, 3>{0xFF0000, 0xFF00, 0xFF};
  if (header.compression != kBitfields) return;
  std::array<uint32_t, 3> stored{};
  for (uint32_t& mask : stored) mask = file.read<uint32_t>("channel mask");
  if (stored != std::array<uint32_t, 3>{}) header.masks = stored;
}

Header read_header(ByteReader& file) {
  Header header;
  file.take(10, "file header");
  header.data_offset = file.read<uint32_t>("data offset");
  header.header_bytes = file.read<uint32_t>("header size");
  constexpr uint32_t kKnown[] = {kCoreHeaderBytes, 40, 52, 56, 64, 108, 124};
  if (std::find(std::begin(kKnown), std::end(kKnown), header.header_bytes) == std::end(kKnown)) {
    unsupported("a header size of", header.header_bytes);
  }
  read_sizes(file, header);
  constexpr uint32_t kDepths[] = {1, 4, 8, 16, 24, 32};
  if (std::find(std::begin(kDepths), std::end(kDepths), header.bits) == std::end(kDepths)) {
    unsupported("a pixel depth of", header.bits);
  }
  if (header.compression > kBitfields) unsupported("compression", header.compression);
  read_masks(file, header);
  const uint64_t end = uint64_t{kFileHeaderBytes} + header.header_bytes;
  if (end > file.offset()) file.take(end - file.offset(), "header");
  if (header.colours == 0) header.colours = header.bits <= 8 ? 1u << header.bits : 0;
  return header;
}

struct Colours {
  Palette palette{};
  std::string mode = "P";
};

/// A palette that only counts up means grey, for indices beyond its end too.
Colours read_palette(ByteReader& file, const Header& header) {
  if (header.colours > 256) unsupported("a palette size of", header.colours);
  Colours colours;
  bool grey = true;
  for (uint32_t i = 0; i < header.colours; ++i) {
    const Bytes entry = file.take(header.palette_entry_bytes(), "palette");
    for (size_t c = 0; c < 3; ++c) colours.palette[i][c] = std::to_integer<uint8_t>(entry[2 - c]);
    const auto expected = static_cast<uint8_t>(header.colours == 2 && i == 1 ? 255 : i);
    grey = grey && colours.palette[i] == Rgb{expected, expected, expected};
  }
  if (grey) colours.mode = header.colours <= 2 ? "1" : "L";
  for (uint32_t i = header.colours; grey && i < 256; ++i) colours.palette[i].fill(static_cast<uint8_t>(i));
  return colours;
}

void masked_row(const uint8_t* stored, const Header& header, uint8_t* rgb) {
  const uint32_t pixel_bytes = header.bits / 8;
  for (uint32_t x = 0; x < header.width; ++x, stored += pixel_bytes, rgb += 3) {
    uint32_t pixel = 0;
    for (uint32_t b = 0; b < pixel_bytes; ++b) pixel |= uint32_t{stored[b]} << (8 * b);
    for (size_t c = 0; c < 3; ++c) {
      const uint32_t mask = header.masks[c];
      if (mask == 0) continue;
      const int shift = std::countr_zero(mask);
      rgb[c] = static_cast<uint8_t>(uint64_t{(pixel & mask) >> shift} * 255 / (mask >> shift));
    }
  }
}

/// Run-length coded indices, bottom row first; what a delta or an early end of line skips is index 0.
class RunReader {
 public:
  RunReader(ByteReader& file, const Header& header)
      : file_(file),
        width_(header.width),
        count_(uint64_t{header.width} * header.height),
        nibbles_(header.compression == kRle4) {}

  std::vector<uint8_t> read() {
    while (indices_.size() < count_) {
      const auto run = file_.read<uint8_t>("run");
      const auto value = file_.read<uint8_t>("run");
      if (run > 0) {
        repeat(run, value);
      } else if (value == 0) {
        indices_.resize((indices_.size() + width_ - 1) / width_ * width_);
        x_ = 0;
      } else if (value == 1) {
        throw Error(ErrorCode::kBadFile,
                    text("the BMP ends after ", indices_.size(), " of ", count_, " pixels"));
      } else if (value == 2) {
        skip();
      } else {
        copy(value);
      }
    }
    return std::move(indices_);
  }

 private:
  void repeat(uint32_t run, uint8_t value) {
    const uint32_t fitting = std::min<uint64_t>(run, width_ > x_ ? width_ - x_ : 0);
    for (uint32_t i = 0; i < fitting; ++i) indices_.push_back(nibbles_ ? nibble(value, i) : value);
    x_ += fitting;
  }

  void skip() {
    const uint64_t right = file_.read<uint8_t>("offset");
    const uint64_t up = file_.read<uint8_t>("offset");
    indices_.resize(std::min(count_, indices_.size() + right + up * width_));
    x_ = indices_.size() % width_;
  }

  void copy(uint32_t length) {
    const auto wanted = static_cast<uint32_t>(std::min<uint64_t>(length, count_ - indices_.size()));
    const Bytes data = file_.take(nibbles_ ? (wanted + 1) / 2 : wanted, "pixels");
    for (uint32_t i = 0; i < wanted; ++i) {
      indices_.push_back(nibbles_ ? nibble(std::to_integer<uint8_t>(data[i / 2]), i)
                                  : std::to_integer<uint8_t>(data[i]));
    }
    x_ += length;
    if (file_.offset() % 2 != 0 && indices_.size() < count_) file_.take(1, "padding");
  }

  static uint8_t nibble(uint8_t value, uint32_t i) { return i % 2 == 0 ? value >> 4 : value & 15; }

  ByteReader& file_;
  uint64_t width_;
  uint64_t count_;
  bool nibbles_;
  uint64_t x_ = 0;
  std::vector<uint8_t> indices_;
};

}  // namespace

Decoded decode_bmp(Bytes content, const ImageLimits& limits) {
  ByteReader file(content);
  const Header header = read_header(file);
  check_size(header.width, header.height, limits);
  Colours colours;
  if (header.bits <= 8) colours = read_palette(file, header);

  const uint32_t stated_end = kFileHeaderBytes + header.header_bytes;
  const bool offset_is_header_end = header.data_offset == stated_end && header.bits <= 8;
  const uint64_t offset =
      header.data_offset == 0 || offset_is_header_end ? file.offset() : uint64_t{header.data_offset};
  if (offset > content.size())
    throw Error(ErrorCode::kBadFile,
                text("BMP pixels start at byte ", offset, ", the file has ", content.size()));
  ByteReader data(content, offset);

  const bool runs = header.compression == kRle8 || header.compression == kRle4;
  std::vector<uint8_t> indices;
  if (runs) indices = RunReader(data, header).read();
  if (!runs) {
    const uint64_t last_row = (uint64_t{header.width} * header.bits + 7) / 8;
    if (header.row_bytes() * (header.height - 1) + last_row > data.remaining()) {
      throw Error(ErrorCode::kBadFile,
                  text("the file is truncated: ", header.height, " rows of ", header.row_bytes(),
                       " bytes are expected, ", data.remaining(), " bytes are left"));
    }
  }

  Decoded decoded{.image = new_image(header.width, header.height, limits),
                  .mode = header.bits <= 8 ? colours.mode : "RGB"};
  const auto* stored = reinterpret_cast<const uint8_t*>(content.data() + offset);
  std::vector<uint8_t> scratch(header.width);
  for (uint32_t n = 0; n < header.height; ++n) {
    uint8_t* rgb = decoded.image.row(header.top_down ? n : header.height - 1 - n);
    const uint8_t* row = stored + n * header.row_bytes();
    if (runs) {
      palette_row(indices.data() + uint64_t{n} * header.width, header.width, colours.palette, rgb);
    } else if (header.bits <= 8) {
      unpack_bits(row, header.bits, header.width, scratch.data());
      palette_row(scratch.data(), header.width, colours.palette, rgb);
    } else {
      masked_row(row, header, rgb);
    }
  }
  return decoded;
}

}  // namespace lapilli::image_decode
