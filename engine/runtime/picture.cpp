// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/picture.h"

#include "engine/base/hash.h"

namespace lapilli {
namespace {

AspectPolicy policy_of(ImageAspect aspect) {
  switch (aspect) {
    case ImageAspect::kPad:
      return AspectPolicy::kPad;
    case ImageAspect::kCrop:
      return AspectPolicy::kCrop;
    case ImageAspect::kStretch:
      return AspectPolicy::kStretch;
  }
  return AspectPolicy::kPad;
}

}  // namespace

PreprocessOptions preprocess_options(const ModelConfig& config, const PictureOptions& options) {
  LAPILLI_ASSERT(config.vision.has_value());
  PreprocessOptions result;
  result.aspect = options.aspect.value_or(policy_of(config.aspect));
  result.size = config.vision->image_size;
  for (size_t channel = 0; channel < 3; ++channel) {
    result.mean[channel] = config.vision->mean[channel];
    result.deviation[channel] = config.vision->std[channel];
  }
  return result;
}

Picture make_picture(std::vector<float> pixels) {
  const uint64_t id = fnv1a(std::as_bytes(std::span(pixels)));
  return {id, std::move(pixels)};
}

Picture prepare_picture(const Image& image, const ModelConfig& config, const PictureOptions& options) {
  return make_picture(preprocess(image, preprocess_options(config, options)).values);
}

Result<Picture> open_picture(const std::filesystem::path& path, const ModelConfig& config,
                             const PictureOptions& options) {
  auto loaded = load_image(path, {.orientation = options.orientation, .limits = {}});
  if (!loaded) return loaded.error();
  return prepare_picture(loaded->image, config, options);
}

}  // namespace lapilli
