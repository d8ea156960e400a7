// SPDX-License-Identifier: Apache-2.0
#include "engine/io/orientation.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include <libexif/exif-data.h>

namespace lapilli {
namespace {

constexpr std::string_view kExifHead("Exif\0\0", 6);

std::optional<int> valid(int orientation) {
  return orientation >= 1 && orientation <= 8 ? std::optional(orientation) : std::nullopt;
}

/// EXIF values are named by where the stored first row and column belong; from 5 on rows become columns.
constexpr bool swaps_axes(int orientation) {
  return orientation >= 5;
}
constexpr bool flips_x(int orientation) {
  return orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
}
constexpr bool flips_y(int orientation) {
  return orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
}

}  // namespace

std::optional<int> exif_orientation(Bytes exif) {
  std::string block;
  if (!as_string_view(exif).starts_with(kExifHead)) block = kExifHead;
  block += as_string_view(exif);
  if (block.size() > std::numeric_limits<unsigned int>::max()) return {};

  const std::unique_ptr<ExifData, decltype(&exif_data_unref)> data(exif_data_new(), exif_data_unref);
  if (!data) return {};
  exif_data_unset_option(data.get(), EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
  exif_data_load_data(data.get(), reinterpret_cast<const unsigned char*>(block.data()),
                      static_cast<unsigned int>(block.size()));
  const ExifEntry* entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (!entry || entry->format != EXIF_FORMAT_SHORT || entry->components < 1 || entry->size < 2) return {};
  return valid(exif_get_short(entry->data, exif_data_get_byte_order(data.get())));
}

std::optional<int> xmp_orientation(Bytes xmp) {
  constexpr std::string_view kName = "tiff:Orientation";
  const std::string_view packet = as_string_view(xmp);
  for (size_t at = packet.find(kName); at != packet.npos; at = packet.find(kName, at)) {
    at += kName.size();
    std::string_view rest = packet.substr(at);
    if (!rest.starts_with("=\"") && !rest.starts_with(">")) continue;
    rest.remove_prefix(rest.front() == '=' ? 2 : 1);
    if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') return valid(rest.front() - '0');
  }
  return {};
}

int orientation_of(Bytes exif, Bytes xmp) {
  if (const auto found = exif.empty() ? std::nullopt : exif_orientation(exif)) return *found;
  return xmp_orientation(xmp).value_or(1);
}

Image upright(Image image, int orientation) {
  LAPILLI_ASSERT(valid(orientation));
  if (orientation == 1) return image;
  Image result = image;
  if (swaps_axes(orientation)) std::swap(result.width, result.height);

  // Walks the stored rows; each lands in a row or a column of the result.
  const auto width = static_cast<ptrdiff_t>(result.width);
  const ptrdiff_t along = swaps_axes(orientation) ? 3 * width : 3;
  const ptrdiff_t down = swaps_axes(orientation) ? 3 : 3 * width;
  const bool back_along = swaps_axes(orientation) ? flips_y(orientation) : flips_x(orientation);
  const bool back_down = swaps_axes(orientation) ? flips_x(orientation) : flips_y(orientation);
  for (uint32_t y = 0; y < image.height; ++y) {
    const uint8_t* from = image.row(y);
    const ptrdiff_t line = back_down ? ptrdiff_t{image.height} - 1 - y : ptrdiff_t{y};
    uint8_t* to =
        result.pixels.data() + line * down + (back_along ? (ptrdiff_t{image.width} - 1) * along : 0);
    const ptrdiff_t step = back_along ? -along : along;
    for (uint32_t x = 0; x < image.width; ++x, from += 3, to += step) std::copy_n(from, 3, to);
  }
  return result;
}

}  // namespace lapilli
