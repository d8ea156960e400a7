// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lapilli::demo {

inline constexpr int kGlyphColumns = 5;
inline constexpr int kGlyphRows = 7;

/// Whether a dot of the project's own 5×7 letters is set; 0–9 and A–Z are drawn, other characters are empty.
[[nodiscard]] bool glyph_dot(char character, int column, int row);

}  // namespace lapilli::demo
