// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/engine_flags.h"
#include "training/export_model.h"

#include <thread>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

namespace fs = std::filesystem;

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
  nlohmann::json files = nlohmann::json::array();
  for (const fs::path& file : exported.files) {
    files.push_back({{"file", file.string()}, {"size_bytes", fs::file_size(file)}});
    output.remark(text("wrote ", file.string(), ", ", fs::file_size(file) >> 10, " KiB\n"));
  }
  if (exported.errors) output.remark(summary(*exported.errors));
  for (const std::string& note : exported.notes) output.remark(text("note: ", note, '\n'));
  if (!output.json()) return ExitCode::kOk;
  nlohmann::json line = {
      {"files", files}, {"format", flags.format}, {"type", to_string(flags.type)}, {"notes", exported.notes}};
  if (exported.errors) {
    line["text_error"] = exported.errors->text;
    if (exported.errors->picture) line["picture_error"] = *exported.errors->picture;
  }
  output.line(line);
  return ExitCode::kOk;
}

}  // namespace lapilli::cli
