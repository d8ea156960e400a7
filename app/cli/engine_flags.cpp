// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/engine_flags.h"

#include <cstdlib>
#include <random>

namespace lapilli::cli {

std::filesystem::path cache_folder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
    return std::filesystem::path(cache) / "lapilli";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
    return std::filesystem::path(home) / ".cache" / "lapilli";
  return {};
}

std::vector<std::filesystem::path> input_paths(const ModelPaths& paths) {
  return {paths.model, paths.projector, paths.vision, paths.base, paths.tokenizer};
}

EngineOptions engine_options(const ModelFlags& flags) {
  EngineOptions options;
  options.paths = flags.paths;
  options.device = flags.device;
  options.compute = flags.compute;
  options.context = flags.context;
  options.cache_folder = cache_folder();
  options.device_budget_bytes = flags.device_memory_mib << 20;
  if (flags.submission_ms != 0) options.device_options.submission_seconds = flags.submission_ms / 1000.0;
  return options;
}

GenerationOptions generation_options(const SamplingFlags& flags) {
  GenerationOptions options = flags.options;
  if (flags.seed) {
    options.sampling.seed = *flags.seed;
  } else if (options.sampling.temperature > 0) {
    options.sampling.seed = std::random_device()();
  }
  return options;
}

Result<std::optional<ChatTemplate>> optional_template(const std::string& name) {
  if (name.empty()) return std::optional<ChatTemplate>();
  auto found = find_template(name);
  if (!found) return found.error();
  return std::optional<ChatTemplate>(*found);
}

void note_marks(const Message& message, Output& output) {
  const std::string remark = remark_on_marks(message);
  if (!remark.empty()) output.sink()(Note{"image_marks", remark});
}

Result<void> require_vision(const ModelConfig& config, const std::filesystem::path& path) {
  if (config.vision) return {};
  return Error(ErrorCode::kInvalidArgument,
               text("model ", config.name, " has no vision encoder, so it cannot look at ", path.string(),
                    "; give its projector with --projector"));
}

Result<std::vector<Image>> open_images(const PictureFlags& flags) {
  std::vector<Image> images;
  for (const auto& path : flags.images) {
    auto loaded = load_image(path, {.orientation = flags.options.orientation, .limits = {}});
    if (!loaded) return loaded.error();
    images.push_back(std::move(loaded->image));
  }
  return images;
}

Result<std::vector<Picture>> prepare_pictures(const ModelConfig& config, std::span<const Image> images,
                                              const PictureFlags& flags) {
  std::vector<Picture> pictures;
  for (const Image& image : images) {
    if (auto sees = require_vision(config, flags.images[pictures.size()]); !sees) return sees.error();
    pictures.push_back(prepare_picture(image, config, flags.options));
  }
  return pictures;
}

std::function<void(const LoadedModel&)> requires_to_answer(std::vector<std::filesystem::path> pictures) {
  return [pictures = std::move(pictures)](const LoadedModel& model) {
    if (!model.tokenizer)
      throw Error(ErrorCode::kInvalidArgument, "the model has no tokenizer; give one with --tokenizer");
    for (const auto& path : pictures) require_vision(model.config, path).value();
  };
}

Result<Picture> open_picture_for(const ModelConfig& config, const std::filesystem::path& path,
                                 const PictureOptions& options) {
  if (auto sees = require_vision(config, path); !sees) return sees.error();
  return open_picture(path, config, options);
}

}  // namespace lapilli::cli
