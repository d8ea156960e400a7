// SPDX-License-Identifier: Apache-2.0
#include "engine/model/weight_names.h"
#include "engine/runtime/adapter_match.h"
#include "engine/runtime/load_model.h"
#include "engine/runtime/model_config_gguf.h"
#include "engine/runtime/open_tokenizer.h"
#include "engine/runtime/weight_binding.h"

#include <algorithm>
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

/// The GGUF files of a folder, sorted by name; of a split model only the first part.
std::vector<fs::path> gguf_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool later_part =
        name.find("-of-") != std::string::npos && name.find("-00001-of-") == std::string::npos;
    if (entry.is_regular_file() && entry.path().extension() == ".gguf" && !later_part)
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string names_of(const std::vector<fs::path>& files) {
  std::string names;
  for (const fs::path& file : files) names += (names.empty() ? "" : ", ") + file.filename().string();
  return names;
}

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

/// Width of the rows a projector file gives; nothing where it holds no projector.
std::optional<uint64_t> projector_width(const GgufFile& file) {
  std::optional<uint64_t> width;
  for (int layer = 0;; layer += 2) {
    const StoredTensor* weight = file.find(text("mm.", layer, ".weight"));
    if (weight == nullptr || weight->shape.empty()) return width;
    width = weight->shape[0];
  }
}

/// The projector beside a language model: the one that is named after it, or the only one that fits its
/// width.
std::optional<GgufFile> projector_beside(const fs::path& language_file, const LlamaConfig& language) {
  const fs::path folder = language_file.has_parent_path() ? language_file.parent_path() : fs::path(".");
  std::vector<fs::path> fitting;
  std::optional<GgufFile> found;
  for (const fs::path& path : gguf_files(folder)) {
    auto file = GgufFile::open(path);
    if (!file || !is_projector_file(*file) || projector_width(*file) != language.dim) continue;
    if (path.filename() == text("mmproj-", language_file.filename().string())) return std::move(*file);
    fitting.push_back(path);
    found = std::move(*file);
  }
  if (fitting.size() > 1) {
    throw Error(
        ErrorCode::kInvalidArgument,
        text("several projector files fit this model; choose one with --projector: ", names_of(fitting)),
        folder.string());
  }
  return found;
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

}  // namespace

Result<LoadedModel> load_gguf(const ModelPaths& paths, DType activation, std::optional<Adapter> adapter) {
  return try_result([&] {
    const fs::path language_path =
        fs::is_directory(paths.model) ? language_file_in(paths.model) : paths.model;
    auto files = std::make_unique<GgufFiles>();
    files->language = GgufFile::open(language_path).value();
    if (is_projector_file(*files->language)) {
      throw Error(ErrorCode::kInvalidArgument,
                  "is a projector; give the language model with --model and this file with --projector",
                  language_path.string());
    }
    LoadedModel model;
    auto language = read_gguf_language(*files->language);
    if (!language) throw within_gguf(language_path.string(), language.error());
    files->adapter = std::move(adapter);
    model.config.language = *language;
    if (files->replacement("lm_head") != nullptr) model.config.language.tied_embeddings = false;
    model.config.name =
        files->language->metadata().get_string("general.name", language_path.stem().string()).value();
    model.facts.format = "GGUF";
    model.facts.files.push_back(language_path.string());

    GgufVision vision;
    if (!paths.projector.empty()) {
      files->projector = GgufFile::open(paths.projector).value();
      if (!is_projector_file(*files->projector))
        throw Error(ErrorCode::kInvalidArgument, "is no projector file (mmproj)", paths.projector.string());
    } else {
      files->projector = projector_beside(language_path, model.config.language);
    }
    if (files->projector) {
      const std::string place =
          files->projector->tensors().empty() ? "projector" : files->projector->tensors().front().file;
      vision = add_vision(model, *files->projector, place);
      model.facts.format = "GGUF pair";
      if (paths.projector.empty())
        model.facts.notes.push_back(
            text("Pictures go through the projector file found beside the model: ", place));
      model.facts.files.push_back(place);
    }
    if (auto valid = validate(model.config); !valid) throw valid.error().within(language_path.string());

    const StoredWeights stored = {
        .find = [&](const std::string& name) -> const StoredTensor* {
          if (const StoredTensor* replacement = files->replacement(name)) return replacement;
          const GgufFile& file = is_vision_weight(name) ? *files->projector : *files->language;
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
              const bool replaced = files->replacement(name) != nullptr;
              return replaced ? checkpoint_rows(name, model.config.language) : RowOrder();
            }};
    const LoraUpdates lora =
        files->adapter ? match_adapter(*files->adapter, model.config, vision.blocks) : LoraUpdates();
    model.weights = bind_weights(model_weights(model.config), stored, activation, lora).value();
    if (!paths.tokenizer.empty()) {
      model.tokenizer = open_tokenizer(paths.tokenizer).value();
    } else if (files->language->metadata().contains("tokenizer.ggml.tokens")) {
      auto vocabulary = read_gguf_tokenizer(*files->language);
      if (!vocabulary) throw within_gguf(language_path.string(), vocabulary.error());
      auto tokenizer = Tokenizer::create(std::move(*vocabulary));
      if (!tokenizer) throw tokenizer.error().within(language_path.string());
      model.tokenizer = std::move(*tokenizer);
      const auto image = model.tokenizer->find("<image>");
      if (image && model.config.vision && uint32_t(*image) < model.config.language.vocab)
        model.config.image_token = *image;
    }
    set_end_ids(model, read_gguf_end_tokens(*files->language).value());
    // A pair with a projector is a LLaVA; Vicuna's stored template says nothing about pictures.
    if (!model.config.vision)
      model.facts.chat_template =
          files->language->metadata().get_string("tokenizer.chat_template", "").value();
    model.files = std::move(files);
    return model;
  });
}

}  // namespace lapilli::loading
