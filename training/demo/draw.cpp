// SPDX-License-Identifier: Apache-2.0
#include "training/demo/draw.h"

#include "training/demo/draws.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace lapilli::demo {
namespace {

constexpr std::array<Rgb, 10> kPaints = {{{216, 32, 38},
                                          {246, 130, 16},
                                          {250, 204, 0},
                                          {34, 150, 58},
                                          {36, 84, 220},
                                          {136, 48, 176},
                                          {250, 120, 184},
                                          {120, 72, 32},
                                          {12, 12, 12},
                                          {252, 252, 252}}};
constexpr std::array<Rgb, 6> kLightGrounds = {
    {{228, 228, 228}, {234, 230, 220}, {206, 222, 234}, {210, 230, 214}, {232, 214, 218}, {196, 200, 204}}};
constexpr std::array<Rgb, 6> kDarkGrounds = {
    {{34, 34, 38}, {22, 32, 56}, {48, 38, 36}, {24, 50, 46}, {40, 36, 46}, {66, 68, 74}}};
constexpr Rgb kDarkRim = {20, 20, 24};
constexpr Rgb kLightRim = {240, 240, 236};
constexpr float kRim = 0.012f;  ///< of the picture's side
constexpr int kShade = 10;      ///< how far paints vary
constexpr int kNoise = 26;
/// Stripes and checks, and the tile that noise repeats, along a side. They fit the demo's six patches a side,
/// so that each patch shows the same: of patterns at any phase its small tower learned nothing.
constexpr int kStripesASide = 12;
constexpr int kNoiseTilesASide = 6;
constexpr int kSamples = 4;  ///< along each axis of a pixel on an outline

uint8_t clamp8(int value) {
  return static_cast<uint8_t>(std::clamp(value, 0, 255));
}

Rgb shaded(const Rgb& paint, Draws& draws) {
  Rgb result = paint;
  for (uint8_t& channel : result) channel = clamp8(channel + draws.between(-kShade, kShade));
  return result;
}

/// Weight 0 … 256 of `b`.
Rgb mix(const Rgb& a, const Rgb& b, int weight) {
  Rgb result;
  for (size_t channel = 0; channel < 3; ++channel)
    result[channel] = static_cast<uint8_t>((a[channel] * (256 - weight) + b[channel] * weight + 128) / 256);
  return result;
}

struct Ground {
  Rgb first, second;
  int x, y;    ///< direction of stripes and gradients
  int period;  ///< in pixels
  int side;
};

Ground ground_of(const Scene& scene, uint32_t side, Draws& draws) {
  const auto& grounds = scene.tone == Tone::kLight ? kLightGrounds : kDarkGrounds;
  const uint32_t first = draws.below(grounds.size());
  const uint32_t second =
      (first + 1 + draws.below(grounds.size() - 1)) % static_cast<uint32_t>(grounds.size());
  constexpr std::array<std::array<int, 2>, 4> kDirections = {{{1, 0}, {0, 1}, {1, 1}, {1, -1}}};
  const auto direction = draws.pick(kDirections);
  // Second colours are set off, so that the pattern shows even between neighbouring grounds.
  const Rgb away = scene.tone == Tone::kLight ? Rgb{168, 172, 178} : Rgb{92, 94, 100};
  return {shaded(grounds[first], draws),
          shaded(mix(grounds[second], away, 140), draws),
          direction[0],
          direction[1],
          std::max(1, static_cast<int>(side) / kStripesASide),
          static_cast<int>(side)};
}

Rgb ground_at(Pattern pattern, const Ground& ground, int x, int y) {
  const int along = x * ground.x + y * ground.y + (ground.y < 0 ? ground.side : 0);
  switch (pattern) {
    case Pattern::kGradient:
      return mix(ground.first, ground.second,
                 256 * along / (ground.side * (std::abs(ground.x) + std::abs(ground.y))));
    case Pattern::kStriped:
      return along / ground.period % 2 == 0 ? ground.first : ground.second;
    case Pattern::kCheckered:
      return (x / ground.period + y / ground.period) % 2 == 0 ? ground.first : ground.second;
    default:
      return ground.first;
  }
}

/// −kNoise … kNoise for each pixel of a tile, in rows.
std::vector<int> noise_tile(int side) {
  Draws draws(1);
  std::vector<int> tile(static_cast<size_t>(side) * static_cast<size_t>(side));
  for (int& level : tile) level = draws.between(-kNoise, kNoise);
  return tile;
}

void paint_ground(Image& image, const Scene& scene, Draws& draws) {
  const Ground ground = ground_of(scene, image.width, draws);
  const uint32_t tile_side = std::max(1u, image.width / kNoiseTilesASide);
  const std::vector<int> tile = noise_tile(static_cast<int>(tile_side));
  for (uint32_t y = 0; y < image.height; ++y) {
    uint8_t* pixel = image.row(y);
    for (uint32_t x = 0; x < image.width; ++x, pixel += 3) {
      const Rgb color = ground_at(scene.pattern, ground, static_cast<int>(x), static_cast<int>(y));
      const int noise =
          scene.pattern == Pattern::kNoisy ? tile[y % tile_side * tile_side + x % tile_side] : 0;
      for (size_t channel = 0; channel < 3; ++channel) pixel[channel] = clamp8(color[channel] + noise);
    }
  }
}

/// An object over pixels.
class Outline {
 public:
  Outline(const SceneObject& object, uint32_t side)
      : object_(object),
        left_(object.box.x1 * static_cast<float>(side)),
        top_(object.box.y1 * static_cast<float>(side)),
        width_(object.box.x2 * static_cast<float>(side) - left_),
        height_(object.box.y2 * static_cast<float>(side) - top_) {}

  [[nodiscard]] bool covers(float x, float y) const {
    return demo::covers(object_, (x - left_) / width_, (y - top_) / height_);
  }
  /// Whether the object or its rim covers a point: the object is that near.
  [[nodiscard]] bool reaches(float x, float y, float rim) const {
    constexpr float kDiagonal = 0.7071f;
    constexpr std::array<std::array<float, 2>, 9> kAround = {{{0, 0},
                                                              {1, 0},
                                                              {-1, 0},
                                                              {0, 1},
                                                              {0, -1},
                                                              {kDiagonal, kDiagonal},
                                                              {-kDiagonal, kDiagonal},
                                                              {kDiagonal, -kDiagonal},
                                                              {-kDiagonal, -kDiagonal}}};
    return std::any_of(kAround.begin(), kAround.end(),
                       [&](const auto& step) { return covers(x + step[0] * rim, y + step[1] * rim); });
  }
  /// Of the pixel, 0 … 256, with a rim of so many pixels.
  [[nodiscard]] int coverage(uint32_t x, uint32_t y, float rim) const {
    int hits = 0;
    for (int row = 0; row < kSamples; ++row)
      for (int column = 0; column < kSamples; ++column)
        hits += reaches(static_cast<float>(x) + (static_cast<float>(column) + 0.5f) / kSamples,
                        static_cast<float>(y) + (static_cast<float>(row) + 0.5f) / kSamples, rim);
    return hits * 256 / (kSamples * kSamples);
  }
  /// Of the pixel, 0 … 256. Corners that agree decide alone.
  [[nodiscard]] int coverage(uint32_t x, uint32_t y) const {
    const auto px = static_cast<float>(x);
    const auto py = static_cast<float>(y);
    const bool first = covers(px, py);
    if (covers(px + 1, py) == first && covers(px, py + 1) == first && covers(px + 1, py + 1) == first &&
        covers(px + 0.5f, py + 0.5f) == first)
      return first ? 256 : 0;
    int hits = 0;
    for (int row = 0; row < kSamples; ++row)
      for (int column = 0; column < kSamples; ++column)
        hits += covers(px + (static_cast<float>(column) + 0.5f) / kSamples,
                       py + (static_cast<float>(row) + 0.5f) / kSamples);
    return hits * 256 / (kSamples * kSamples);
  }

 private:
  const SceneObject& object_;
  float left_, top_, width_, height_;
};

/// Over the object's box, `margin` pixels wider, the paint as far as `coverage` tells of a pixel.
template <class Coverage>
void paint(Image& image, const Box& box, float margin, const Rgb& color, const Coverage& coverage) {
  const auto side = static_cast<float>(image.width);
  const auto first = [&](float at) { return static_cast<uint32_t>(std::max(0.0f, at * side - margin)); };
  const auto last = [&](float at) {
    return std::min(image.width - 1, static_cast<uint32_t>(at * side + margin));
  };
  for (uint32_t y = first(box.y1); y <= last(box.y2); ++y) {
    for (uint32_t x = first(box.x1); x <= last(box.x2); ++x) {
      const int weight = coverage(x, y);
      if (weight == 0) continue;
      uint8_t* pixel = image.row(y) + size_t{3} * x;
      const Rgb mixed = mix({pixel[0], pixel[1], pixel[2]}, color, weight);
      std::copy(mixed.begin(), mixed.end(), pixel);
    }
  }
}

/// With a rim that stands out from every ground of the tone: a shape is known by it whatever its color.
void paint_object(Image& image, const SceneObject& object, Tone tone, const Rgb& color) {
  const Outline outline(object, image.width);
  const float rim = kRim * static_cast<float>(image.width);
  paint(image, object.box, rim, tone == Tone::kLight ? kDarkRim : kLightRim,
        [&](uint32_t x, uint32_t y) { return outline.coverage(x, y, rim); });
  paint(image, object.box, 0, color, [&](uint32_t x, uint32_t y) { return outline.coverage(x, y); });
}

}  // namespace

Image draw(const Scene& scene, uint32_t side) {
  Draws draws(scene.paint_seed);
  Image image(side, side);
  paint_ground(image, scene, draws);
  for (const SceneObject& object : scene.objects)
    paint_object(image, object, scene.tone, shaded(kPaints[static_cast<size_t>(object.color)], draws));
  return image;
}

}  // namespace lapilli::demo
