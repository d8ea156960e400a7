// SPDX-License-Identifier: Apache-2.0
#include "training/demo/draw.h"
#include "training/demo/font.h"

#include <algorithm>
#include <cmath>

namespace lapilli::demo {
namespace {

// All shapes fill [−1, 1]², y downwards.

bool in_heart(float x, float y) {
  x = std::abs(x);
  if (y >= -0.45f && x <= (1 - y) / 1.45f * 0.98f) return true;
  const float dx = x - 0.5f;
  const float dy = (y + 0.45f) / 1.1f;
  return dx * dx + dy * dy <= 0.25f;
}

/// Ten corners, the inner ones at 0.46 of the radius; stretched to the square.
bool in_star(float x, float y) {
  constexpr std::array<std::array<float, 2>, 10> kCorners = {{{0.0f, -1.0f},
                                                              {0.2843f, -0.4114f},
                                                              {1.0f, -0.2361f},
                                                              {0.4600f, 0.1571f},
                                                              {0.6180f, 1.0f},
                                                              {0.0f, 0.5085f},
                                                              {-0.6180f, 1.0f},
                                                              {-0.4600f, 0.1571f},
                                                              {-1.0f, -0.2361f},
                                                              {-0.2843f, -0.4114f}}};
  bool inside = false;
  for (size_t at = 0, before = kCorners.size() - 1; at < kCorners.size(); before = at++) {
    const auto [x1, y1] = kCorners[at];
    const auto [x2, y2] = kCorners[before];
    if ((y1 > y) != (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

/// A circle less a smaller one to its right, its tips at x = 0.5275.
bool in_moon(float x, float y) {
  x = (x + 1) * 0.76375f - 1;
  const float dx = x - 0.5f;
  return x * x + y * y <= 1 && dx * dx + y * y >= 0.7225f;
}

bool in_shape(Shape shape, float x, float y) {
  const float square = x * x + y * y;
  switch (shape) {
    case Shape::kCircle:
      return square <= 1;
    case Shape::kSquare:
      return true;
    case Shape::kTriangle:
      return std::abs(x) <= (y + 1) / 2;
    case Shape::kStar:
      return in_star(x, y);
    case Shape::kRing:
      return square <= 1 && square >= 0.33f;
    case Shape::kCross:
      return std::min(std::abs(x), std::abs(y)) <= 0.3f;
    case Shape::kHeart:
      return in_heart(x, y);
    case Shape::kDiamond:
      return std::abs(x) + std::abs(y) <= 1;
    case Shape::kMoon:
      return in_moon(x, y);
  }
  return false;
}

/// Dots reach this far into their neighbours, so that strokes stay whole at small sizes.
constexpr float kReach = 0.22f;

bool has_dot(const std::string& text, float x, float y) {
  const int column = static_cast<int>(x);
  const int row = static_cast<int>(y);
  const auto letter = static_cast<size_t>(column / (kGlyphColumns + 1));
  const int within = column % (kGlyphColumns + 1);
  return x >= 0 && y >= 0 && row < kGlyphRows && letter < text.size() && within < kGlyphColumns &&
         glyph_dot(text[letter], within, row);
}

bool in_text(const std::string& text, float u, float v) {
  const auto columns = static_cast<float>(text.size() * (kGlyphColumns + 1) - 1);
  const float x = u * columns;
  const float y = v * kGlyphRows;
  for (const float dy : {-kReach, kReach})
    for (const float dx : {-kReach, kReach})
      if (has_dot(text, x + dx, y + dy)) return true;
  return false;
}

}  // namespace

bool covers(const SceneObject& object, float u, float v) {
  if (u < 0 || u >= 1 || v < 0 || v >= 1) return false;
  if (object.content == Content::kShape) return in_shape(object.shape, 2 * u - 1, 2 * v - 1);
  return in_text(object.text, u, v);
}

}  // namespace lapilli::demo
