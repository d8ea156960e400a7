// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image_decode.h"

#include <algorithm>
#include <numeric>

namespace lapilli::image_decode {
namespace {

constexpr uint32_t kTableSize = 4096;
constexpr uint32_t kMaxCodeBits = 12;

/// The bits of a chain of data blocks, least significant first.
class CodeReader {
 public:
  explicit CodeReader(ByteReader& file) : file_(file) {}

  uint32_t read(uint32_t bits) {
    while (count_ < bits) {
      buffer_ |= uint32_t{next_byte()} << count_;
      count_ += 8;
    }
    const uint32_t code = buffer_ & ((1u << bits) - 1);
    buffer_ >>= bits;
    count_ -= bits;
    return code;
  }

 private:
  uint8_t next_byte() {
    while (block_.empty()) block_ = file_.take(file_.read<uint8_t>("picture data"), "picture data");
    const auto value = std::to_integer<uint8_t>(block_.front());
    block_ = block_.subspan(1);
    return value;
  }

  ByteReader& file_;
  Bytes block_;
  uint32_t buffer_ = 0;
  uint32_t count_ = 0;
};

[[noreturn]] void damaged(std::string_view what) {
  throw Error(ErrorCode::kBadFile, text("damaged GIF: ", what));
}

/// GIF's LZW: `count` palette indices.
std::vector<uint8_t> read_indices(ByteReader& file, uint64_t count) {
  const uint32_t start_bits = file.read<uint8_t>("code size");
  if (start_bits >= kMaxCodeBits) damaged(text("code size ", start_bits, ", at most 11 is allowed"));
  const uint32_t clear = 1u << start_bits;
  CodeReader codes(file);
  std::array<uint8_t, kTableSize> last{};
  std::array<uint16_t, kTableSize> prefix{};
  std::array<uint8_t, kTableSize + 1> string{};
  std::vector<uint8_t> indices;

  uint32_t bits = start_bits + 1;
  uint32_t next = clear + 2;
  uint32_t previous = clear;  // none
  uint8_t first = 0;
  while (indices.size() < count) {
    const uint32_t code = codes.read(bits);
    if (code == clear) {
      bits = start_bits + 1;
      next = clear + 2;
      previous = clear;
      continue;
    }
    if (code == clear + 1) damaged(text("the data ends after ", indices.size(), " of ", count, " pixels"));
    if (code > (previous == clear ? clear : next)) damaged(text("code ", code, " is not in the table"));

    size_t begin = string.size();
    uint32_t at = code;
    if (previous != clear && code == next) {  // the string that this very code is about to define
      string[--begin] = first;
      at = previous;
    }
    for (; at >= clear; at = prefix[at]) {
      if (begin <= 1 || at >= kTableSize) damaged("a code refers to itself");
      string[--begin] = last[at];
    }
    string[--begin] = first = static_cast<uint8_t>(at);
    const size_t length = std::min<uint64_t>(string.size() - begin, count - indices.size());
    indices.insert(indices.end(), string.begin() + static_cast<ptrdiff_t>(begin),
                   string.begin() + static_cast<ptrdiff_t>(begin + length));

    if (previous != clear && next < kTableSize) {
      last[next] = first;
      prefix[next] = static_cast<uint16_t>(previous);
      if (next == (1u << bits) - 1 && bits < kMaxCodeBits) ++bits;
      ++next;
    }
    previous = code;
  }
  return indices;
}

/// Without a palette, or with one that only counts up, an index is a grey value.
struct Colours {
  Palette palette{};
  bool grey = true;

  Colours() {
    for (size_t i = 0; i < palette.size(); ++i) palette[i].fill(static_cast<uint8_t>(i));
  }

  explicit Colours(Bytes table) : Colours() {
    Palette read{};
    const bool counts_up = [&] {
      bool same = true;
      for (size_t i = 0; i < table.size(); ++i) {
        read[i / 3][i % 3] = std::to_integer<uint8_t>(table[i]);
        same = same && read[i / 3][i % 3] == i / 3;
      }
      return same;
    }();
    if (counts_up) return;
    palette = read;
    grey = false;
  }
};

Bytes read_colour_table(ByteReader& file, uint8_t flags) {
  return file.take(uint64_t{3} << ((flags & 7) + 1), "colour table");
}

struct Frame {
  uint32_t x = 0;
  uint32_t y = 0;
  uint32_t width = 0;
  uint32_t height = 0;
  bool interlaced = false;
};

/// Skips an extension; the transparent index where it is a graphic control with one.
std::optional<uint8_t> read_extension(ByteReader& file) {
  const auto label = file.read<uint8_t>("extension");
  std::optional<uint8_t> transparent;
  bool first_block = true;
  while (const auto size = file.read<uint8_t>("extension")) {
    const Bytes block = file.take(size, "extension");
    const bool control = label == 0xF9 && first_block && size >= 4;
    if (control && (std::to_integer<uint8_t>(block[0]) & 1)) transparent = std::to_integer<uint8_t>(block[3]);
    first_block = false;
  }
  return transparent;
}

uint32_t stored_row(const Frame& frame, uint32_t n) {
  if (!frame.interlaced) return n;
  constexpr std::array<std::array<uint32_t, 2>, 4> kPasses = {{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
  for (const auto& [start, step] : kPasses) {
    const uint32_t rows = frame.height > start ? (frame.height - start + step - 1) / step : 0;
    if (n < rows) return start + n * step;
    n -= rows;
  }
  return 0;
}

}  // namespace

Decoded decode_gif(Bytes content, const ImageLimits& limits) {
  ByteReader file(content);
  file.take(6, "signature");
  uint32_t width = file.read<uint16_t>("screen width");
  uint32_t height = file.read<uint16_t>("screen height");
  const auto screen_flags = file.read<uint8_t>("screen flags");
  file.take(2, "screen descriptor");
  Colours colours;
  if (screen_flags & 0x80) colours = Colours(read_colour_table(file, screen_flags));

  std::optional<uint8_t> transparent;
  for (uint8_t kind = 0; kind != ',';) {
    if (file.remaining() == 0) damaged("it holds no picture");
    kind = file.read<uint8_t>("block");
    if (kind == ';') damaged("it holds no picture");
    if (kind != '!') continue;
    if (const auto found = read_extension(file)) transparent = found;
  }
  Frame frame;
  frame.x = file.read<uint16_t>("frame");
  frame.y = file.read<uint16_t>("frame");
  frame.width = file.read<uint16_t>("frame");
  frame.height = file.read<uint16_t>("frame");
  const auto flags = file.read<uint8_t>("frame");
  frame.interlaced = flags & 0x40;
  if (flags & 0x80) colours = Colours(read_colour_table(file, flags));
  width = std::max(width, frame.x + frame.width);
  height = std::max(height, frame.y + frame.height);
  check_size(width, height, limits);
  check_size(frame.width, frame.height, limits);

  const auto indices = read_indices(file, uint64_t{frame.width} * frame.height);
  Decoded decoded{.image = new_image(width, height, limits), .mode = colours.grey ? "L" : "P"};
  const std::vector<uint8_t> blank(width, transparent.value_or(0));
  for (uint32_t y = 0; y < height; ++y)
    palette_row(blank.data(), width, colours.palette, decoded.image.row(y));
  for (uint32_t n = 0; n < frame.height; ++n) {
    uint8_t* row = decoded.image.row(frame.y + stored_row(frame, n)) + 3 * frame.x;
    palette_row(indices.data() + uint64_t{n} * frame.width, frame.width, colours.palette, row);
  }
  return decoded;
}

}  // namespace lapilli::image_decode
