// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/image.h"

#include <optional>

namespace lapilli {

/// How a picture that is not square becomes the square that the vision tower takes.
enum class AspectPolicy {
  kPad,      // centred on a square of the mean colour, then scaled: nothing is lost
  kCrop,     // scaled so that the shortest edge fits, then the centre is cut out
  kStretch,  // scaled without keeping its proportions
};

/// "pad", "crop", "stretch".
std::string_view to_string(AspectPolicy policy);
std::optional<AspectPolicy> aspect_policy_from_string(std::string_view name);

/// What preprocessor_config.json states; the defaults are CLIP's at 336 pixels.
struct PreprocessOptions {
  AspectPolicy aspect = AspectPolicy::kPad;
  uint32_t size = 336;
  std::array<double, 3> mean = {0.48145466, 0.4578275, 0.40821073};
  std::array<double, 3> deviation = {0.26862954, 0.26130258, 0.27577711};
  double rescale = 1.0 / 255.0;
};

/// The vision tower's input and the picture it shows.
struct PreparedImage {
  Image square;               // 8-bit, size × size: what the model sees
  std::vector<float> values;  // [3, size, size], normalised
};

/// The padding colour: 255 · mean, truncated; (122, 116, 104) for CLIP.
[[nodiscard]] Rgb padding_colour(const PreprocessOptions& options);

/// The 8-bit square alone. Precondition: image is not empty, size is 1…16384.
[[nodiscard]] Image square_image(const Image& image, const PreprocessOptions& options);

/// rescale in double, rounded to float, then (x − mean) / deviation in float; [height, width, 3] → [3,
/// height, width].
[[nodiscard]] std::vector<float> normalise(const Image& image, const PreprocessOptions& options);

/// square_image, then normalise: bit for bit what LLaVA-1.5's expand2square and CLIPImageProcessor (slow)
/// return.
[[nodiscard]] PreparedImage preprocess(const Image& image, const PreprocessOptions& options);

}  // namespace lapilli
