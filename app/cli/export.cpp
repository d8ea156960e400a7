// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/engine_flags.h"
#include "app/cli/written_files.h"
#include "training/export_model.h"

#include <thread>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

training::ExportModelOptions options_of(const ExportFlags& flags) {
  const auto format = training::export_format_from_string(flags.format);
  LAPILLI_ASSERT(format.has_value());  // the command line took it from the same list
  return {.base = flags.base,
          .checkpoint = flags.checkpoint,
          .format = *format,
          .type = flags.type,
          .output = flags.output,
          .num_threads = flags.threads ? flags.threads : std::max(1u, std::thread::hardware_concurrency()),
          .verify = {.device = flags.device, .cache_folder = cache_folder()}};
}

std::string summary(const training::ExportErrors& errors) {
  std::string result = text("reloaded: logits differ by ", errors.text, " (text)");
  if (errors.picture) result += text(", ", *errors.picture, " (picture)");
  return result + '\n';
}

}  // namespace

ExitCode run_export(const ExportFlags& flags, Output& output, Interrupt& interrupt) {
  const training::ExportedModel exported =
      training::export_model(options_of(flags), output.sink(), interrupt.token()).value();
  if (exported.errors) output.remark(summary(*exported.errors));
  nlohmann::json line = {{"format", flags.format}, {"type", to_string(flags.type)}};
  if (exported.errors) {
    line["text_error"] = exported.errors->text;
    if (exported.errors->picture) line["picture_error"] = *exported.errors->picture;
  }
  show_written({.files = exported.files, .notes = exported.notes}, std::move(line), output);
  return ExitCode::kOk;
}

}  // namespace lapilli::cli
