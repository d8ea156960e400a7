// SPDX-License-Identifier: Apache-2.0
#include "training/export_model.h"

#include "engine/io/output_folder.h"
#include "engine/model/weight_names.h"
#include "engine/runtime/export_hf.h"
#include "training/base_model.h"
#include "training/export_adapter.h"
#include "training/trained_model.h"

#include <algorithm>
#include <array>

namespace lapilli::training {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, ExportFormat>, 5> kFormats = {{
    {"projector", ExportFormat::kProjector},
    {"projector-bin", ExportFormat::kProjectorBin},
    {"hf", ExportFormat::kHuggingFace},
    {"gguf", ExportFormat::kGguf},
    {"peft", ExportFormat::kPeft},
}};

/// For configurations, vocabularies and the like.
constexpr uint64_t kSmallFilesBytes = uint64_t{16} << 20;

Checkpoint find_checkpoint(const fs::path& folder) {
  if (fs::exists(folder / "state.json")) return open_checkpoint(folder).value();
  if (auto newest = newest_checkpoint(folder).value()) return std::move(*newest);
  throw Error(ErrorCode::kNotFound, "holds no checkpoint: neither state.json nor a folder \"checkpoint-N\"",
              folder.string());
}

DType scalar_type(FileType type) {
  if (type == FileType::f32) return DType::f32;
  if (type == FileType::f16) return DType::f16;
  if (type == FileType::bf16) return DType::bf16;
  throw Error(ErrorCode::kInvalidArgument,
              text("--type is ", to_string(type), "; this format takes f32, f16 or bf16, GGUF takes all"));
}

bool is_projector_format(ExportFormat format) {
  return format == ExportFormat::kProjector || format == ExportFormat::kProjectorBin;
}
bool is_folder_format(ExportFormat format) {
  return format == ExportFormat::kHuggingFace || format == ExportFormat::kPeft;
}

LearnedParts parts_of(ExportFormat format) {
  return is_projector_format(format) ? LearnedParts::kProjector : LearnedParts::kAll;
}

bool is_gguf(const LoadedModel& model) {
  return model.facts.format.starts_with("GGUF");
}

/// An upper bound of what is written.
uint64_t size_of(const LoadedModel& model, const LearnedWeights& learned, const ExportModelOptions& options) {
  const bool small = is_projector_format(options.format) || options.format == ExportFormat::kPeft;
  if (small) return fs::file_size(learned.file.file()) + kSmallFilesBytes;
  if (options.format == ExportFormat::kHuggingFace)
    return scalar_bytes(model, scalar_type(options.type)) + kSmallFilesBytes;
  return scalar_bytes(model, options.type == FileType::f32 ? DType::f32 : DType::f16) + kSmallFilesBytes;
}

/// What one export has to hand.
struct Job {
  const ExportModelOptions& options;
  Checkpoint checkpoint;
  LoadedModel model;  ///< trained
  double bound;       ///< for the errors
  const EventSink& sink;
  std::stop_token stop;
};

std::string base_folder(const LoadedModel& model) {
  return model.facts.files.empty() ? "" : fs::absolute(model.facts.files.front()).string();
}

/// The model as the run started from it, but for the type of its frozen weights.
LoadedModel base_of(const ExportModelOptions& options, Recipe recipe) {
  recipe.base_type = "as_is";
  ModelPaths paths = options.base;
  paths.fresh_projector = true;  // the checkpoint has one
  return base_model(load_model(paths, DType::f32).value(), recipe).value();
}

ExportReport write_peft(const Job& job, const fs::path& folder) {
  const LoadedModel base = load_model(job.options.base, DType::f32).value();
  const bool transformers = base.facts.format == "Hugging Face LLaVA folder";
  return write_adapter(base, job.checkpoint, folder,
                       {.type = scalar_type(job.options.type),
                        .names = transformers ? NameForm::kTransformers : NameForm::kOriginal,
                        .base_model = base_folder(base)},
                       job.stop)
      .value();
}

/// Writes into `folder` and says how the result is opened.
ExportReport write(const Job& job, const fs::path& folder, ModelPaths& exported) {
  const ExportModelOptions& options = job.options;
  const fs::path file = folder / fs::absolute(options.output).lexically_normal().filename();
  switch (options.format) {
    case ExportFormat::kProjector:
    case ExportFormat::kProjectorBin:
      write_projector(
          job.model, file,
          {.type = scalar_type(options.type), .torch = options.format == ExportFormat::kProjectorBin},
          job.stop)
          .value();
      exported = options.base;
      exported.projector = file;
      return {};
    case ExportFormat::kHuggingFace:
      exported = {.model = folder};
      return export_hugging_face(job.model, folder, {.type = scalar_type(options.type)}, job.sink, job.stop)
          .value();
    case ExportFormat::kGguf:
      exported = {.model = file};
      if (job.model.config.vision) exported.projector = projector_file_for(file);
      return export_gguf(job.model, file, {.type = options.type, .num_threads = options.num_threads},
                         job.sink, job.stop)
          .value();
    case ExportFormat::kPeft:
      exported = options.base;
      exported.model = folder;
      exported.base = options.base.model;
      return write_peft(job, folder);
  }
  return {};
}

/// Over a GGUF file a projector is opened only where the mmproj file stands beside that, and need not be
/// named.
bool can_be_reloaded(const Job& job) {
  return !is_projector_format(job.options.format) || !is_gguf(job.model) ||
         job.options.base.projector.empty();
}

/// The error an export may have. Merging an adapter while loading rounds to the base's type once more.
double bound_of(const LoadedModel& base, const LearnedWeights& learned, const ExportModelOptions& options) {
  double bound = error_bound(options.type);
  if (options.format != ExportFormat::kPeft) return bound;
  for (const WeightSource& source : base.weights) {
    const auto changes = [&](const LearnedFactors& factors) { return factors.weight == source.name; };
    if (source.type.dtype == DType::f32 ||
        std::none_of(learned.factors.begin(), learned.factors.end(), changes))
      continue;
    bound = std::max(bound, error_bound(source.type.dtype == DType::bf16 ? FileType::bf16 : FileType::f16));
  }
  return bound;
}

ExportErrors verify(Job& job, const ModelPaths& exported) {
  const double bound = job.bound;
  const ExportErrors errors =
      verify_export(exported, std::move(job.model), job.options.verify, job.sink, job.stop).value();
  if (errors.largest() <= bound) return errors;
  throw Error(ErrorCode::kInternal,
              text("its logits differ from the trained model's by ", errors.largest(), ", at ",
                   to_string(job.options.type), " at most ", bound,
                   " is expected; nothing was written, choose a wider --type or report this"),
              job.options.output.string());
}

/// The names that files of the unfinished folder get.
std::vector<fs::path> final_files(const fs::path& unfinished, const ExportModelOptions& options) {
  const fs::path target = fs::absolute(options.output).lexically_normal();
  const fs::path folder = is_folder_format(options.format) ? target : target.parent_path();
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(unfinished))
    files.push_back(folder / entry.path().filename());
  std::sort(files.begin(), files.end());
  return files;
}

ExportedModel run(const ExportModelOptions& options, const EventSink& sink, std::stop_token stop) {
  if (options.format != ExportFormat::kGguf) {
    (void)scalar_type(options.type);
  } else {
    require_new_file(projector_file_for(options.output)).value();
  }
  Checkpoint checkpoint = find_checkpoint(options.checkpoint);
  const LearnedWeights learned = open_learned_weights(checkpoint).value();
  LoadedModel base = base_of(options, checkpoint.recipe);
  const double bound = bound_of(base, learned, options);
  Job job{.options = options,
          .checkpoint = checkpoint,
          .model = trained_model(std::move(base), checkpoint, parts_of(options.format)).value(),
          .bound = bound,
          .sink = sink,
          .stop = stop};
  OutputFolder folder = OutputFolder::create(options.output, size_of(job.model, learned, options)).value();
  ModelPaths exported;
  ExportReport report = write(job, folder.path(), exported);
  ExportedModel result{.files = final_files(folder.path(), options), .notes = report.notes, .errors = {}};
  if (is_projector_format(options.format) &&
      learned.whole.size() + learned.factors.size() > 2 * size_t{job.model.config.projector.layers})
    result.notes.emplace_back("The run learned more than the projector; that is not in this file.");
  if (can_be_reloaded(job)) {
    result.errors = verify(job, exported);
  } else {
    result.notes.emplace_back(
        "The base is a GGUF file with its mmproj file elsewhere, over which a projector is not opened; it "
        "was "
        "written but not compared.");
  }
  is_folder_format(options.format) ? folder.commit_folder().value() : folder.commit_files().value();
  return result;
}

}  // namespace

std::string_view to_string(ExportFormat format) {
  return std::find_if(kFormats.begin(), kFormats.end(),
                      [&](const auto& item) { return item.second == format; })
      ->first;
}

std::optional<ExportFormat> export_format_from_string(std::string_view name) {
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
  }
  return std::nullopt;
}

Result<ExportedModel> export_model(const ExportModelOptions& options, const EventSink& sink,
                                   std::stop_token stop) {
  return try_result([&]() -> ExportedModel {
    try {
      return run(options, sink, std::move(stop));
    } catch (const fs::filesystem_error& error) {
      throw Error(ErrorCode::kIo, text("failed: ", error.code().message()), error.path1().string());
    }
  });
}

}  // namespace lapilli::training
