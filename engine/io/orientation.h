// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/image.h"

#include <optional>

namespace lapilli {

/// The orientation 1…8 of an EXIF block, with or without its "Exif\0\0" head; nothing where it has none.
[[nodiscard]] std::optional<int> exif_orientation(Bytes exif);

/// The orientation that an XMP packet states (tiff:Orientation); nothing where it has none.
[[nodiscard]] std::optional<int> xmp_orientation(Bytes xmp);

/// EXIF's orientation where it has one, else XMP's, else 1.
[[nodiscard]] int orientation_of(Bytes exif, Bytes xmp);

/// The picture turned upright. Precondition: orientation is 1…8.
[[nodiscard]] Image upright(Image image, int orientation);

}  // namespace lapilli
