// SPDX-License-Identifier: Apache-2.0
#include "training/demo/scene.h"

#include "training/demo/draws.h"

#include <algorithm>

namespace lapilli::demo {
namespace {

/// Widths of shapes in thousandths of the picture's side; a cell has 333.
constexpr std::array<std::array<int, 2>, 3> kShapeWidths = {{{125, 150}, {195, 225}, {275, 305}}};
/// Heights of digits; they are 5/7 as wide.
constexpr std::array<std::array<int, 2>, 3> kDigitHeights = {{{135, 150}, {190, 210}, {260, 285}}};
constexpr int kWordHeight = 150;
constexpr int kCell = 333;
constexpr int kEdge = 8;    ///< between an object and its cell's border
constexpr int kStray = 12;  ///< of an object's middle from its cell's

/// How alike the objects of a scene are.
enum class Kinship { kNone, kShape, kColor, kBoth };

struct Extent {
  int width, height;  ///< thousandths of the side
};

Extent extent_of(const SceneObject& object, Draws& draws) {
  const auto size = static_cast<size_t>(object.size);
  if (object.content == Content::kShape) {
    const int width = draws.between(kShapeWidths[size][0], kShapeWidths[size][1]);
    return {width, width};
  }
  // A glyph has 5 columns and 7 rows, and a column lies between two.
  const int height = object.content == Content::kDigit
                         ? draws.between(kDigitHeights[size][0], kDigitHeights[size][1])
                         : kWordHeight;
  return {(static_cast<int>(object.text.size()) * 6 - 1) * height / 7, height};
}

/// Where an extent begins so that it stands about in the middle of its cell, and within the picture. A model
/// that learned a shape at one place knows nothing of it half a patch further: the less objects stray, the
/// fewer pictures are needed.
int begin_of(int extent, uint32_t cell, Draws& draws) {
  const int first = static_cast<int>(cell) * kCell;
  const int room = kCell - extent - 2 * kEdge;
  if (room > 0) {
    const int stray = std::min(kStray, room / 2);
    return first + kEdge + room / 2 + draws.between(-stray, stray);
  }
  return std::clamp(first + (kCell - extent) / 2, kEdge, 1000 - kEdge - extent);
}

Box place(const SceneObject& object, Draws& draws) {
  const Extent extent = extent_of(object, draws);
  const int x = begin_of(extent.width, object.cell % 3, draws);
  const int y = begin_of(extent.height, object.cell / 3, draws);
  return {static_cast<float>(x) / 1000, static_cast<float>(y) / 1000,
          static_cast<float>(x + extent.width) / 1000, static_cast<float>(y + extent.height) / 1000};
}

/// What can be told apart from the background.
Color color_on(Tone tone, Draws& draws) {
  while (true) {
    const auto color = static_cast<Color>(draws.below(kColorNames.size()));
    const bool lost =
        tone == Tone::kLight ? color == Color::kWhite : color == Color::kBlack || color == Color::kBrown;
    if (!lost) return color;
  }
}

Kinship kinship_of(Draws& draws) {
  const uint32_t draw = draws.below(100);
  return draw < 50   ? Kinship::kNone
         : draw < 70 ? Kinship::kShape
         : draw < 85 ? Kinship::kColor
                     : Kinship::kBoth;
}

SceneObject draw_object(const Scene& scene, Kinship kinship, Draws& draws) {
  SceneObject object;
  object.shape = static_cast<Shape>(draws.below(kNumKnownShapes));
  object.color = color_on(scene.tone, draws);
  object.size = static_cast<Size>(draws.below(kSizeNames.size()));
  // Three in four take after the first, so that counts differ from the number of objects.
  const bool alike = !scene.objects.empty() && draws.percent(75);
  if (alike && (kinship == Kinship::kShape || kinship == Kinship::kBoth))
    object.shape = scene.objects[0].shape;
  if (alike && (kinship == Kinship::kColor || kinship == Kinship::kBoth))
    object.color = scene.objects[0].color;
  return object;
}

/// Makes one object in six a digit, and at most one of the scene a word.
void write_texts(std::vector<SceneObject>& objects, size_t first, Draws& draws) {
  bool has_word = false;
  for (size_t index = first; index < objects.size(); ++index) {
    const uint32_t draw = draws.below(100);
    if (draw < 16) {
      objects[index].content = Content::kDigit;
      objects[index].text = static_cast<char>('0' + draws.below(10));
    } else if (draw < 28 && !has_word) {
      has_word = true;
      objects[index].content = Content::kWord;
      objects[index].text = draws.pick(picture_words());
    }
  }
}

/// Different cells; a word, wider than a cell, has its row alone.
void place_all(std::vector<SceneObject>& objects, Draws& draws) {
  std::array<uint32_t, 9> cells = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  draws.shuffle(cells);
  const auto word = std::find_if(objects.begin(), objects.end(),
                                 [](const SceneObject& object) { return object.content == Content::kWord; });
  size_t next = 0;
  if (word != objects.end()) {
    word->cell = cells[next++];
    const uint32_t row = word->cell / 3;
    std::stable_partition(cells.begin() + 1, cells.end(), [&](uint32_t cell) { return cell / 3 != row; });
  }
  for (SceneObject& object : objects) {
    if (object.content != Content::kWord) object.cell = cells[next++];
    object.box = place(object, draws);
  }
  std::sort(objects.begin(), objects.end(),
            [](const SceneObject& a, const SceneObject& b) { return a.cell < b.cell; });
}

}  // namespace

const std::vector<std::string>& picture_words() {
  static const std::vector<std::string> words = {"CAT",  "DOG",  "SUN",  "CAR",  "TEA",  "BUS", "BOX", "HAT",
                                                 "KEY",  "MAP",  "PEN",  "ICE",  "FOX",  "OWL", "JAM", "ZOO",
                                                 "YES",  "NO",   "GO",   "UP",   "ON",   "OFF", "HI",  "STOP",
                                                 "OPEN", "EXIT", "TAXI", "HELP", "FISH", "LION"};
  return words;
}

Scene make_scene(uint64_t seed, const SceneOptions& options) {
  Draws draws(seed);
  Scene scene;
  scene.pattern = static_cast<Pattern>(draws.below(kPatternNames.size()));
  scene.tone = static_cast<Tone>(draws.below(kToneNames.size()));
  scene.paint_seed = draws.next();
  const Kinship kinship = kinship_of(draws);
  const uint32_t count = options.min_objects + draws.below(options.max_objects - options.min_objects + 1);
  while (scene.objects.size() < count) scene.objects.push_back(draw_object(scene, kinship, draws));
  write_texts(scene.objects, options.with_moon ? 1 : 0, draws);
  if (options.with_moon) {
    scene.objects[0].shape = Shape::kMoon;
    for (size_t index = 1; index < count; ++index)
      if (draws.percent(25)) scene.objects[index].shape = Shape::kMoon;
  }
  place_all(scene.objects, draws);
  return scene;
}

}  // namespace lapilli::demo
