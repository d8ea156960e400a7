// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/engine_flags.h"
#include "app/cli/written_files.h"
#include "engine/io/detect.h"
#include "engine/io/file.h"
#include "engine/io/output_folder.h"
#include "engine/runtime/export_gguf.h"
#include "engine/runtime/model_config_gguf.h"

#include <algorithm>
#include <map>
#include <thread>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

namespace fs = std::filesystem;

bool is_gguf(const fs::path& path) {
  if (!fs::is_regular_file(path)) return false;
  return detect(MappedFile::open(path).value().bytes()) == FileKind::kGguf;
}

/// GGUF files keep their metadata, so they are not taken apart: a language model, with the projector that
/// goes with it.
Result<ExportReport> convert_gguf(const fs::path& language, const fs::path& projector, const fs::path& out,
                                  const ExportOptions& options, Output& output, std::stop_token stop) {
  return try_result([&] {
    ExportReport report{.files = {out}, .notes = {}};
    if (!projector.empty()) {
      report.files.push_back(projector_file_for(out));
      const GgufFile file = GgufFile::open(projector).value();
      requantize_gguf(file, report.files.back(), options, output.sink(), stop).value();
    }
    const GgufFile file = GgufFile::open(language).value();
    requantize_gguf(file, out, options, output.sink(), stop).value();
    return report;
  });
}

ExportReport convert_model(const LoadedModel& model, const QuantizeFlags& flags, const ExportOptions& options,
                           Output& output, std::stop_token stop) {
  const std::vector<std::string>& files = model.facts.files;
  const bool as_it_is = model.facts.format.starts_with("GGUF") && flags.input.tokenizer.empty();
  const std::string projector = files.size() > 1 ? files[1] : "";
  ExportReport report = write_together(flags.output, [&](const fs::path& out) {
                          return as_it_is ? convert_gguf(files.front(), projector, out, options, output, stop)
                                          : export_gguf(model, out, options, output.sink(), stop);
                        }).value();
  report.notes.insert(report.notes.begin(), model.facts.notes.begin(), model.facts.notes.end());
  if (std::any_of(model.weights.begin(), model.weights.end(),
                  [](const WeightSource& weight) { return is_quantized(weight.type.dtype); }))
    report.notes.push_back(
        text("the weights were quantised already (", model.facts.weight_types,
             "), and what that lost stays lost; the f16 or f32 model gives a better file"));
  return report;
}

/// Reading may be cut off; writing ends by itself and leaves nothing unfinished.
ExportReport convert(const QuantizeFlags& flags, const ExportOptions& options, Output& output,
                     Interrupt& interrupt) {
  interrupt.end_in_time();
  if (is_gguf(flags.input.model) && is_projector_file(GgufFile::open(flags.input.model).value())) {
    interrupt.end_by_itself();
    return write_together(flags.output,
                          [&](const fs::path& out) {
                            return convert_gguf(flags.input.model, {}, out, options, output,
                                                interrupt.token());
                          })
        .value();
  }
  const LoadedModel model = load_model(flags.input, DType::f32).value();
  interrupt.end_by_itself();
  return convert_model(model, flags, options, output, interrupt.token());
}

/// The type for rows that fill every kind of block.
DType intended_type(FileType type, const RecipeModel& model, const StoredTensor& tensor) {
  std::vector<uint64_t> shape = tensor.shape;
  if (!shape.empty()) shape.back() = (shape.back() + 255) / 256 * 256;
  return recipe_dtype(type, model, tensor.name, shape);
}

/// Of a language model that was written: which types took the place of those it was to have. Empty: none.
std::string note_on_narrow_rows(const fs::path& path, FileType type) {
  const GgufFile file = GgufFile::open(path).value();
  if (is_projector_file(file)) return {};
  const RecipeModel model{.num_layers = file.metadata().get_u32("llama.block_count").value(),
                          .has_output = file.find("output.weight") != nullptr};
  size_t count = 0;
  std::map<std::string, size_t> types;
  for (const StoredTensor& tensor : file.tensors()) {
    if (tensor.shape.size() < 2) continue;
    const DType chosen = recipe_dtype(type, model, tensor.name, tensor.shape);
    if (chosen == intended_type(type, model, tensor)) continue;
    ++count;
    ++types[std::string(to_string(chosen))];
  }
  if (count == 0) return {};
  std::string words;
  for (const auto& [name, tensors] : types) words += text(words.empty() ? "" : ", ", tensors, " as ", name);
  return text(count, " of ", file.tensors().size(), " tensors have rows that do not fill the blocks of ",
              to_string(type), " and take more memory: ", words);
}

}  // namespace

ExitCode run_quantize(const QuantizeFlags& flags, Output& output, Interrupt& interrupt) {
  if (flags.input.model.empty())
    throw Error(ErrorCode::kInvalidArgument, "quantize needs a model: IN or --model");
  for (const fs::path& file : {flags.output, projector_file_for(flags.output)})
    require_new_file(file, input_paths(flags.input)).value();
  const unsigned threads = flags.threads ? flags.threads : std::max(1u, std::thread::hardware_concurrency());
  ExportReport report = convert(flags, {.type = flags.type, .num_threads = threads}, output, interrupt);
  if (const std::string note = note_on_narrow_rows(report.files.front(), flags.type); !note.empty())
    report.notes.push_back(note);
  show_written(report, {{"type", to_string(flags.type)}}, output);
  return ExitCode::kOk;
}

}  // namespace lapilli::cli
