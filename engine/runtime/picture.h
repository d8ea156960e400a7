// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"
#include "engine/io/preprocess.h"
#include "engine/model/config.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace lapilli {

/// A picture ready for the vision encoder.
struct Picture {
  uint64_t id = 0;            ///< a hash of the pixels: equal pictures are encoded once
  std::vector<float> pixels;  ///< f32 [3, size, size], normalised
};

struct PictureOptions {
  std::optional<AspectPolicy> aspect;  ///< nothing: what the model's files ask for
  OrientationPolicy orientation = OrientationPolicy::kApply;
};

/// The preprocessing a model wants.
[[nodiscard]] PreprocessOptions preprocess_options(const ModelConfig& config, const PictureOptions& options);

/// Makes a Picture of normalised pixels.
[[nodiscard]] Picture make_picture(std::vector<float> pixels);

/// Prepares a picture for a model. Precondition: config.vision.
[[nodiscard]] Picture prepare_picture(const Image& image, const ModelConfig& config,
                                      const PictureOptions& options = {});

/// Reads and prepares a picture file for a model; fails as load_image does. Precondition: config.vision.
[[nodiscard]] Result<Picture> open_picture(const std::filesystem::path& path, const ModelConfig& config,
                                           const PictureOptions& options = {});

}  // namespace lapilli
