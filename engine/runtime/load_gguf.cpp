// SPDX-License-Identifier: Apache-2.0
#include "engine/model/weight_names.h"
#include "engine/runtime/adapter_match.h"
#include "engine/runtime/load_model.h"
#include "engine/runtime/model_config_gguf.h"
#include "engine/runtime/open_tokenizer.h"
#include "engine/runtime/projector_beside.h"
#include "engine/runtime/unused_weights.h"
#include "engine/runtime/weight_binding.h"

#include <optional>

namespace lapilli::loading {
namespace {

namespace fs = std::filesystem;

struct GgufFiles final : OpenFiles {
  std::optional<GgufFile> language;
  std::optional<GgufFile> projector;
  std::optional<Adapter> adapter;

  /// Null where there is no adapter or it keeps the weight.
  [[nodiscard]] const StoredTensor* replacement(const std::string& weight) const {
    return adapter ? replacement_of(*adapter, weight) : nullptr;
  }
};

/// The one language model of a folder.
fs::path language_file_in(const fs::path& folder) {
  std::vector<fs::path> candidates;
  for (const fs::path& file : gguf_files(folder)) {
    if (!is_projector_file(GgufFile::open(file).value())) candidates.push_back(file);
  }
  if (candidates.empty())
    throw Error(ErrorCode::kNotFound, "holds a projector but no language model in GGUF form",
                folder.string());
  if (candidates.size() > 1) {
    throw Error(ErrorCode::kInvalidArgument,
                text("holds several language models; name one of them: ", names_of(candidates)),
                folder.string());
  }
  return candidates.front();
}

GgufVision add_vision(LoadedModel& model, const GgufFile& projector, const std::string& place) {
  auto vision = read_gguf_vision(projector);
  if (!vision) throw within_gguf(place, vision.error());
  model.config.vision = vision->vision;
  model.config.projector = vision->projector;
  model.facts.notes.insert(model.facts.notes.end(), vision->notes.begin(), vision->notes.end());
  const auto width = projector_width(projector);
  if (width != model.config.language.dim) {
    throw Error(ErrorCode::kBadFile,
                text("gives rows of ", width.value_or(0), " values, the language model has ",
                     model.config.language.dim, "; they do not belong together"),
                place);
  }
  return std::move(*vision);
}

/// Opens the language model and writes its part of the configuration.
void add_language(LoadedModel& model, GgufFiles& files, const fs::path& path) {
  files.language = GgufFile::open(path).value();
  if (is_projector_file(*files.language)) {
    throw Error(ErrorCode::kInvalidArgument,
                "is a projector; give the language model with --model and this file with --projector",
                path.string());
  }
  auto language = read_gguf_language(*files.language);
  if (!language) throw within_gguf(path.string(), language.error());
  model.config.language = *language;
  if (files.replacement("lm_head") != nullptr) model.config.language.tied_embeddings = false;
  model.config.name = files.language->metadata().get_string("general.name", path.stem().string()).value();
  model.facts.format = "GGUF";
  model.facts.files.push_back(path.string());
  model.facts.chat_template = files.language->metadata().get_string("tokenizer.chat_template", "").value();
}

/// Opens the projector file that is given or stands beside the model.
void open_projector(LoadedModel& model, GgufFiles& files, const fs::path& given) {
  if (given == kNoProjector) return;
  if (!given.empty()) {
    files.projector = GgufFile::open(given).value();
    if (!is_projector_file(*files.projector))
      throw Error(ErrorCode::kInvalidArgument, "is no projector file (mmproj)", given.string());
    return;
  }
  ProjectorBeside beside = projector_beside(model.facts.files.front(), model.config.language);
  files.projector = std::move(beside.file);
  model.facts.notes = std::move(beside.notes);
}

std::vector<WeightSource> bind(const LoadedModel& model, const GgufFiles& files, const GgufVision& vision,
                               DType activation) {
  const StoredWeights stored = {
      .find = [&](const std::string& name) -> const StoredTensor* {
        if (const StoredTensor* replacement = files.replacement(name)) return replacement;
        const GgufFile& file = is_vision_weight(name) ? *files.projector : *files.language;
        return file.find(gguf_name(name, vision.expanding_is_down));
      },
      .place =
          [&](const std::string& name) {
            const std::string& file =
                is_vision_weight(name) ? model.facts.files.back() : model.facts.files.front();
            return text(file, ": ", gguf_name(name, vision.expanding_is_down));
          },
      .rows =
          [&](const std::string& name) {
            const bool replaced = files.replacement(name) != nullptr;
            return replaced ? checkpoint_rows(name, model.config.language) : RowOrder();
          }};
  const LoraUpdates lora =
      files.adapter ? match_adapter(*files.adapter, model.config, vision.blocks) : LoraUpdates();
  return bind_weights(model_weights(model.config), stored, activation, lora).value();
}

void add_tokenizer(LoadedModel& model, const GgufFile& language, const fs::path& given) {
  if (!given.empty()) {
    model.tokenizer = open_tokenizer(given).value();
    return;
  }
  if (!language.metadata().contains("tokenizer.ggml.tokens")) return;
  const std::string& file = model.facts.files.front();
  auto vocabulary = read_gguf_tokenizer(language);
  if (!vocabulary) throw within_gguf(file, vocabulary.error());
  auto tokenizer = Tokenizer::create(std::move(*vocabulary));
  if (!tokenizer) throw tokenizer.error().within(file);
  model.tokenizer = std::move(*tokenizer);
  const auto image = model.tokenizer->find("<image>");
  if (image && model.config.vision && uint32_t(*image) < model.config.language.vocab)
    model.config.image_token = *image;
}

LoadedModel load(const ModelPaths& paths, DType activation, std::optional<Adapter> adapter) {
  LoadedModel model;
  auto files = std::make_unique<GgufFiles>();
  files->adapter = std::move(adapter);
  add_language(model, *files, fs::is_directory(paths.model) ? language_file_in(paths.model) : paths.model);
  const std::string language_file = model.facts.files.front();
  open_projector(model, *files, paths.projector);
  GgufVision vision;
  if (files->projector) {
    const std::string place =
        files->projector->tensors().empty() ? "projector" : files->projector->tensors().front().file;
    vision = add_vision(model, *files->projector, place);
    model.facts.format = "GGUF pair";
    model.facts.files.push_back(place);
  }
  if (auto valid = validate(model.config); !valid) throw with_gguf_key(valid.error()).within(language_file);
  refuse_unused_weights(files->language->tensors(), kGgufNames, model.config.language.layers).value();
  model.weights = bind(model, *files, vision, activation);
  add_tokenizer(model, *files->language, paths.tokenizer);
  set_end_ids(model, read_gguf_end_tokens(*files->language).value());
  model.files = std::move(files);
  return model;
}

}  // namespace

Result<LoadedModel> load_gguf(const ModelPaths& paths, DType activation, std::optional<Adapter> adapter) {
  return try_result([&] { return load(paths, activation, std::move(adapter)); });
}

}  // namespace lapilli::loading
