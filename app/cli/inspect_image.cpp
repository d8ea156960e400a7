// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/forms.h"
#include "engine/io/output_folder.h"
#include "engine/io/safetensors.h"

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

PreprocessOptions preprocessing(const InspectImageFlags& flags) {
  PreprocessOptions options;
  if (!flags.paths.model.empty()) {
    const LoadedModel model = load_model(flags.paths, DType::f32).value();
    if (!model.config.vision)
      throw Error(ErrorCode::kInvalidArgument, "has no vision encoder", flags.paths.model.string());
    return preprocess_options(model.config, flags.pictures.options);
  }
  if (flags.pictures.options.aspect) options.aspect = *flags.pictures.options.aspect;
  return options;
}

void write_values(const std::filesystem::path& path, const PreparedImage& prepared) {
  const uint64_t size = prepared.square.width;
  const TensorToWrite tensor{.name = "pixel_values",
                             .type = stored_type(DType::f32),
                             .shape = {3, size, size},
                             .data = std::as_bytes(std::span(prepared.values))};
  write_safetensors(path, std::span(&tensor, 1)).value();
}

}  // namespace

ExitCode run_inspect_image(const InspectImageFlags& flags, Output& output, Interrupt& interrupt) {
  interrupt.end_in_time();
  if (flags.pictures.images.size() != 1)
    throw Error(ErrorCode::kInvalidArgument, "inspect image takes one --image");
  const std::string extension = flags.out.extension().string();
  if (extension != ".png" && extension != ".safetensors")
    throw Error(ErrorCode::kInvalidArgument, "ends neither in .png nor in .safetensors", flags.out.string());
  require_new_file(flags.out, flags.pictures.images).value();
  const PreprocessOptions options = preprocessing(flags);
  const LoadedImage loaded =
      load_image(flags.pictures.images.front(), {.orientation = flags.pictures.options.orientation}).value();
  const PreparedImage prepared = preprocess(loaded.image, options);
  if (extension == ".png") {
    write_png(flags.out, prepared.square).value();
  } else {
    write_values(flags.out, prepared);
  }
  if (output.json()) {
    nlohmann::json line = picture_form(loaded, options);
    line["out"] = flags.out.string();
    output.line(line);
  } else {
    output.remark(text(to_string(loaded.facts.format), ' ', loaded.facts.mode, ' ', loaded.image.width, "×",
                       loaded.image.height, " → ", options.size, "×", options.size, ", ",
                       to_string(options.aspect), '\n'));
  }
  return ExitCode::kOk;
}

}  // namespace lapilli::cli
