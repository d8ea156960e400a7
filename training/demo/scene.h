// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::demo {

/// kMoon is drawn only where it is asked for: the shape that the model has not seen.
enum class Shape : uint8_t { kCircle, kSquare, kTriangle, kStar, kRing, kCross, kHeart, kDiamond, kMoon };
enum class Color : uint8_t { kRed, kOrange, kYellow, kGreen, kBlue, kPurple, kPink, kBrown, kBlack, kWhite };
enum class Size : uint8_t { kSmall, kMedium, kLarge };
enum class Content : uint8_t { kShape, kDigit, kWord };
enum class Pattern : uint8_t { kPlain, kGradient, kNoisy, kStriped, kCheckered };
enum class Tone : uint8_t { kLight, kDark };

inline constexpr std::array<std::string_view, 9> kShapeNames = {
    "circle", "square", "triangle", "star", "ring", "cross", "heart", "diamond", "moon"};
inline constexpr uint32_t kNumKnownShapes = 8;
inline constexpr std::array<std::string_view, 10> kColorNames = {
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white"};
inline constexpr std::array<std::string_view, 3> kSizeNames = {"small", "medium", "large"};
inline constexpr std::array<std::string_view, 5> kPatternNames = {"plain", "gradient", "noisy", "striped",
                                                                  "checkered"};
inline constexpr std::array<std::string_view, 2> kToneNames = {"light", "dark"};
/// Of the cells of a 3×3 grid, row by row.
inline constexpr std::array<std::string_view, 9> kPlaceNames = {
    "top left", "top", "top right", "left", "center", "right", "bottom left", "bottom", "bottom right"};

/// The words that appear in pictures.
[[nodiscard]] const std::vector<std::string>& picture_words();

[[nodiscard]] inline std::string_view name(Shape shape) {
  return kShapeNames[static_cast<size_t>(shape)];
}
[[nodiscard]] inline std::string_view name(Color color) {
  return kColorNames[static_cast<size_t>(color)];
}
[[nodiscard]] inline std::string_view name(Size size) {
  return kSizeNames[static_cast<size_t>(size)];
}
[[nodiscard]] inline std::string_view name(Pattern pattern) {
  return kPatternNames[static_cast<size_t>(pattern)];
}
[[nodiscard]] inline std::string_view name(Tone tone) {
  return kToneNames[static_cast<size_t>(tone)];
}

/// Fractions of the picture's side, from the top left.
struct Box {
  float x1 = 0, y1 = 0, x2 = 0, y2 = 0;
};

struct SceneObject {
  Content content = Content::kShape;
  Shape shape = Shape::kCircle;  ///< of kShape
  std::string text = {};         ///< of kDigit and kWord
  Color color = Color::kRed;
  Size size = Size::kMedium;  ///< by width; a word's says nothing
  uint32_t cell = 0;          ///< of the 3×3 grid, row by row, where the middle lies
  Box box = {};               ///< touches the object on all sides
};

struct Scene {
  std::vector<SceneObject> objects;  ///< as many as was asked for, by cell; no two overlap or share a cell
  Pattern pattern = Pattern::kPlain;
  Tone tone = Tone::kLight;
  uint64_t paint_seed = 0;  ///< of shades and noise
};

struct SceneOptions {
  /// One object is a moon, and any other may be.
  bool with_moon = false;
  uint32_t min_objects = 1;
  uint32_t max_objects = 5;  ///< at most 7: a word's row is its own
};

/// The scene of a seed: a function of its arguments alone, on every machine.
[[nodiscard]] Scene make_scene(uint64_t seed, const SceneOptions& options = {});

}  // namespace lapilli::demo
