// SPDX-License-Identifier: Apache-2.0
#include "engine/io/preprocess.h"

#include "engine/io/resize.h"

#include <algorithm>
#include <utility>

namespace lapilli {
namespace {

constexpr uint32_t kMaxSize = 16384;

Image pad(const Image& image, const PreprocessOptions& options) {
  const uint32_t side = std::max(image.width, image.height);
  const Canvas canvas{.image = image,
                      .width = side,
                      .height = side,
                      .x = (side - image.width) / 2,
                      .y = (side - image.height) / 2,
                      .ground = padding_colour(options)};
  return resize_bicubic(canvas, options.size, options.size);
}

/// The longer edge is truncated; only the part that the cut keeps is computed.
Image crop(const Image& image, uint32_t size) {
  const uint32_t shortest = std::min(image.width, image.height);
  const auto scaled = [&](uint32_t edge) { return static_cast<uint32_t>(uint64_t{size} * edge / shortest); };
  const uint32_t width = scaled(image.width);
  const uint32_t height = scaled(image.height);
  const Window centre{.x = (width - size) / 2, .y = (height - size) / 2, .width = size, .height = size};
  return resize_bicubic(Canvas::of(image), width, height, centre);
}

}  // namespace

std::string_view to_string(AspectPolicy policy) {
  switch (policy) {
    case AspectPolicy::kPad:
      return "pad";
    case AspectPolicy::kCrop:
      return "crop";
    case AspectPolicy::kStretch:
      return "stretch";
  }
  return "?";
}

std::optional<AspectPolicy> aspect_policy_from_string(std::string_view name) {
  for (const auto policy : {AspectPolicy::kPad, AspectPolicy::kCrop, AspectPolicy::kStretch}) {
    if (name == to_string(policy)) return policy;
  }
  return {};
}

Rgb padding_colour(const PreprocessOptions& options) {
  Rgb colour{};
  for (size_t c = 0; c < 3; ++c)
    colour[c] = static_cast<uint8_t>(std::clamp(options.mean[c] * 255, 0.0, 255.0));
  return colour;
}

Image square_image(const Image& image, const PreprocessOptions& options) {
  LAPILLI_ASSERT(image.width > 0 && image.height > 0 && options.size > 0 && options.size <= kMaxSize);
  switch (options.aspect) {
    case AspectPolicy::kPad:
      return pad(image, options);
    case AspectPolicy::kCrop:
      return crop(image, options.size);
    case AspectPolicy::kStretch:
      break;
  }
  return resize_bicubic(Canvas::of(image), options.size, options.size);
}

std::vector<float> normalise(const Image& image, const PreprocessOptions& options) {
  const size_t plane = size_t{image.width} * image.height;
  std::vector<float> values(3 * plane);
  for (size_t c = 0; c < 3; ++c) {
    std::array<float, 256> table{};
    const auto mean = static_cast<float>(options.mean[c]);
    const auto deviation = static_cast<float>(options.deviation[c]);
    for (size_t v = 0; v < table.size(); ++v) {
      table[v] = (static_cast<float>(static_cast<double>(v) * options.rescale) - mean) / deviation;
    }
    const uint8_t* from = image.pixels.data() + c;
    float* to = values.data() + c * plane;
    for (size_t i = 0; i < plane; ++i) to[i] = table[from[3 * i]];
  }
  return values;
}

PreparedImage preprocess(const Image& image, const PreprocessOptions& options) {
  PreparedImage prepared{.square = square_image(image, options), .values = {}};
  prepared.values = normalise(prepared.square, options);
  return prepared;
}

}  // namespace lapilli
