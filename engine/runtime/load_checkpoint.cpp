// SPDX-License-Identifier: Apache-2.0
#include "engine/model/weight_names.h"
#include "engine/runtime/adapter_match.h"
#include "engine/runtime/load_model.h"
#include "engine/runtime/model_config_json.h"
#include "engine/runtime/open_tokenizer.h"
#include "engine/runtime/unused_weights.h"
#include "engine/runtime/weight_binding.h"

#include <algorithm>
#include <list>
#include <set>

namespace lapilli::loading {
namespace {

namespace fs = std::filesystem;

/// The files a model is put together from, first match first.
struct CheckpointFiles final : OpenFiles {
  std::optional<Adapter> adapter;
  std::list<TensorFile> overlays;  ///< projector files over a base
  std::list<WeightSet> sets;       ///< the model's folder, then a separate encoder's

  /// What replaces something is looked for under every name before what it replaces.
  [[nodiscard]] const StoredTensor* find(const std::string& weight) const {
    if (const StoredTensor* tensor = adapter ? replacement_of(*adapter, weight) : nullptr) return tensor;
    const std::vector<std::string> names = checkpoint_names(weight);
    for (const TensorFile& overlay : overlays) {
      if (const StoredTensor* tensor = find_any(overlay, names)) return tensor;
    }
    for (const WeightSet& set : sets) {
      if (const StoredTensor* tensor = find_any(set, names)) return tensor;
    }
    return nullptr;
  }

  /// Where a missing weight would be: in the file, or the folder of several, and named as its neighbours are.
  [[nodiscard]] std::string place_of(const std::string& weight) const {
    const bool overlaid = !overlays.empty() && weight.starts_with("projector.");
    const WeightSet& set = weight.starts_with("vision.") ? sets.back() : sets.front();
    const std::span<const TensorFile> among =
        overlaid ? std::span(&overlays.back(), 1) : std::span(set.files());
    const fs::path file = among.front().file();
    return text(among.size() == 1 ? file.string() : file.parent_path().string(), ": ",
                name_among(checkpoint_names(weight), among));
  }

  void refuse_unused(const LlamaConfig& language) const {
    for (const TensorFile& file : sets.front().files())
      refuse_unused_weights(file.tensors(), kCheckpointNames, language.layers).value();
  }

 private:
  /// The name that agrees longest with one that is there; the last dot-separated parts differ anyway.
  static std::string name_among(const std::vector<std::string>& names, std::span<const TensorFile> files) {
    const auto shared = [](std::string_view name, std::string_view other) {
      const auto differ = std::mismatch(name.begin(), name.end(), other.begin(), other.end()).first;
      const std::string_view same = name.substr(0, static_cast<size_t>(differ - name.begin()));
      return same.substr(0, same.rfind('.') + 1).size();
    };
    std::string best = names.front();
    size_t longest = 0;
    for (const std::string& name : names) {
      if (name.starts_with("model.lm_head"))
        continue;  // never beside "model.layers", what its start suggests
      for (const TensorFile& file : files) {
        for (const StoredTensor& tensor : file.tensors()) {
          if (shared(name, tensor.name) <= longest) continue;
          longest = shared(name, tensor.name);
          best = name;
        }
      }
    }
    return best;
  }

  template <class Files>
  static const StoredTensor* find_any(const Files& files, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (const StoredTensor* tensor = files.find(name)) return tensor;
    }
    return nullptr;
  }
};

/// Where the parts of the model are.
struct Layout {
  fs::path base;       ///< language model weights
  fs::path config;     ///< the folder whose config.json describes the whole
  fs::path adapter;    ///< empty: none
  fs::path projector;  ///< projector file over the base; empty: in the base itself
};

Layout layout_of(const ModelPaths& paths, bool adapter) {
  if (paths.projector == kNoProjector) {
    throw Error(ErrorCode::kInvalidArgument,
                "takes its projector from its own files, --projector none is for GGUF models",
                paths.model.string());
  }
  const fs::path& folder = paths.model;
  Layout layout{.base = folder, .config = folder, .adapter = {}, .projector = {}};
  if (adapter) {
    layout.adapter = folder;
    layout.base = paths.base;
    if (!fs::exists(folder / kConfigFile)) layout.config = layout.base;
  } else if (!holds_weights(folder)) {
    layout.projector = projector_file_in(folder);
    layout.base = paths.base;
  }
  if (!paths.projector.empty()) {
    layout.projector = projector_file(paths.projector);
    const fs::path beside = layout.projector.parent_path() / kConfigFile;
    if (fs::exists(beside)) layout.config = layout.projector.parent_path();
  }
  return layout;
}

bool is_encoder_folder(const fs::path& folder) {
  return fs::exists(folder / kConfigFile) && holds_weights(folder);
}

/// The separate encoder: as given, as the configuration names it, or a folder of that name in or beside the
/// model.
fs::path find_encoder(const ModelPaths& paths, const Layout& layout, const std::string& named) {
  if (!paths.vision.empty()) return paths.vision;
  const fs::path leaf = named.empty() ? fs::path("clip-vit-large-patch14-336") : fs::path(named).filename();
  const fs::path model = fs::absolute(paths.model).lexically_normal();
  const fs::path base = fs::absolute(layout.base).lexically_normal();
  for (const fs::path& candidate : {fs::path(named), model / leaf, model / "vision_tower",
                                    model.parent_path() / leaf, base / leaf, base.parent_path() / leaf}) {
    if (!candidate.empty() && is_encoder_folder(candidate)) return candidate;
  }
  throw Error(ErrorCode::kNotFound,
              text("its vision encoder \"", named.empty() ? leaf.string() : named,
                   "\" is not in the model's files; download it and name its folder with --vision"),
              paths.model.string());
}

bool encoder_inside(const CheckpointFiles& files) {
  return files.find("vision.class_embedding") != nullptr;
}

/// Returns the blocks of the whole encoder, before the selection.
uint32_t configure_vision(const ModelPaths& paths, const Layout& layout, const CheckpointConfig& config,
                          CheckpointFiles& files, LoadedModel& model) {
  CheckpointConfig encoder = config;
  if (!config.vision) {
    const fs::path folder = find_encoder(paths, layout, config.vision_tower);
    encoder = read_checkpoint_config(folder / kConfigFile).value();
    if (!encoder.vision)
      throw Error(ErrorCode::kBadFile, "describes no CLIP vision encoder", (folder / kConfigFile).string());
    if (!encoder_inside(files)) files.sets.push_back(open_weight_folder(folder).value());
    model.facts.files.push_back(folder.string());
  }
  model.config.vision = *encoder.vision;
  auto blocks = blocks_to_run(encoder.vision_blocks, config.select_layer);
  if (!blocks) throw blocks.error().within((layout.config / kConfigFile).string());
  model.config.vision->layers = *blocks;
  read_preprocessor(config.vision ? layout.config : fs::path(model.facts.files.back()), *model.config.vision)
      .value();
  model.config.vision->keep_class_row = config.keep_class_row;
  model.config.projector = *config.projector;
  model.config.aspect = config.aspect;
  return encoder.vision_blocks;
}

std::optional<Tokenizer> tokenizer_of(const ModelPaths& paths, const Layout& layout,
                                      std::vector<std::string>& notes) {
  if (!paths.tokenizer.empty()) return open_tokenizer(paths.tokenizer).value();
  for (const fs::path& folder : {layout.config, layout.base, paths.model}) {
    if (fs::exists(folder / "tokenizer.model") || fs::exists(folder / "tokenizer.json"))
      return Tokenizer::open(folder).value();
  }
  notes.emplace_back(
      "The model's folder has no tokenizer.model or tokenizer.json; name one with --tokenizer to chat.");
  return std::nullopt;
}

std::string format_of(const Layout& layout, bool port) {
  if (!layout.adapter.empty()) return "LoRA adapter over a base model";
  if (!layout.projector.empty()) return "projector over a base model";
  return port ? "Hugging Face LLaVA folder" : "LLaVA or LLaMA folder";
}

/// What describes the whole; of the language model what the base says, where nothing else does.
CheckpointConfig read_config(const Layout& layout) {
  CheckpointConfig config = read_checkpoint_config(layout.config / kConfigFile).value();
  if (!config.language) {
    const CheckpointConfig base = read_checkpoint_config(layout.base / kConfigFile).value();
    config.language = base.language;
    config.separate_output = base.separate_output;
  }
  if (!config.language)
    throw Error(ErrorCode::kBadFile, "describes no language model", (layout.config / kConfigFile).string());
  // A projector over a plain base: LLaVA-1.5's, unless a configuration beside it says otherwise.
  if (!layout.projector.empty() && !config.projector) config.projector = ProjectorConfig{2};
  return config;
}

LoadedModel described(const ModelPaths& paths, const Layout& layout, const CheckpointConfig& config) {
  LoadedModel model;
  const fs::path named = fs::absolute(layout.adapter.empty() ? paths.model : layout.config);
  model.config.name = named.lexically_normal().filename().string();
  if (model.config.name.empty()) model.config.name = named.parent_path().filename().string();
  model.config.language = *config.language;
  model.config.image_token = config.image_token;
  model.config.picture_ends = config.picture_ends;
  model.facts.format = format_of(layout, config.vision.has_value());
  model.facts.files.push_back(layout.base.string());
  for (const fs::path& more : {layout.adapter, layout.projector}) {
    if (!more.empty()) model.facts.files.push_back(more.string());
  }
  return model;
}

void require_valid(const LoadedModel& model, const Layout& layout) {
  if (auto valid = validate(model.config); !valid)
    throw with_config_key(valid.error()).within((layout.config / kConfigFile).string());
}

/// `blocks`: of the whole encoder. `fresh`: without the projector's weights.
void bind(LoadedModel& model, const CheckpointFiles& files, uint32_t blocks, bool fresh, DType activation) {
  std::vector<WeightInfo> list = model_weights(model.config);
  if (fresh) {
    std::set<std::string> missing;
    for (const WeightInfo& info : weight_list<ProjectorWeights>(model.config)) missing.insert(info.name);
    std::erase_if(list, [&](const WeightInfo& info) { return missing.contains(info.name); });
  }
  const LoraUpdates lora =
      files.adapter ? match_adapter(*files.adapter, model.config, blocks) : LoraUpdates();
  const StoredWeights stored = {.find = [&](const std::string& name) { return files.find(name); },
                                .place = [&](const std::string& name) { return files.place_of(name); }};
  model.weights = bind_weights(list, stored, activation, lora).value();
}

std::vector<int64_t> end_ids_of(const Layout& layout) {
  std::vector<int64_t> ids = read_end_tokens(layout.base).value();
  if (layout.config != layout.base) {
    const auto more = read_end_tokens(layout.config).value();
    ids.insert(ids.end(), more.begin(), more.end());
  }
  return ids;
}

/// Pictures between tokens that the model does not have would not be what it was trained with.
void require_picture_ends(const LoadedModel& model, const Layout& layout) {
  if (!model.config.picture_ends || !model.config.vision || !model.tokenizer) return;
  for (const std::string_view mark : {kImageStart, kImageEnd}) {
    const auto id = model.tokenizer->find(mark);
    if (id && static_cast<uint32_t>(*id) < model.config.language.vocab) continue;
    throw Error(ErrorCode::kUnsupported,
                text("is true, so pictures stand between ", kImageStart, " and ", kImageEnd,
                     ", but the tokenizer has no ", mark, " among the model's ", model.config.language.vocab,
                     " tokens; fetch all of the model's own tokenizer files"),
                text((layout.config / kConfigFile).string(), ": mm_use_im_start_end"));
  }
}

LoadedModel load(const ModelPaths& paths, DType activation, std::optional<Adapter> adapter) {
  auto files = std::make_unique<CheckpointFiles>();
  files->adapter = std::move(adapter);
  const Layout layout = layout_of(paths, files->adapter.has_value());
  CheckpointConfig config = read_config(layout);
  if (!layout.projector.empty()) files->overlays.push_back(open_tensor_file(layout.projector).value());
  files->sets.push_back(open_weight_folder(layout.base).value());

  LoadedModel model = described(paths, layout, config);
  const bool fresh = paths.fresh_projector && !paths.vision.empty() && !config.projector;
  if (fresh) config.projector = ProjectorConfig{2};
  const uint32_t blocks = config.projector ? configure_vision(paths, layout, config, *files, model) : 0;
  if (!config.separate_output && files->find("lm_head") == nullptr)
    model.config.language.tied_embeddings = true;
  if (!paths.vision.empty() && (config.vision || !config.projector)) {
    model.facts.notes.push_back(text("The encoder given with --vision is not used: the model ",
                                     config.vision ? "has its own." : "has no projector."));
  }
  require_valid(model, layout);
  files->refuse_unused(model.config.language);
  bind(model, *files, blocks, fresh, activation);
  model.tokenizer = tokenizer_of(paths, layout, model.facts.notes);
  require_picture_ends(model, layout);
  set_end_ids(model, end_ids_of(layout));
  if (!model.config.vision) model.facts.chat_template = read_chat_template(layout.base).value();
  model.files = std::move(files);
  return model;
}

}  // namespace

Result<LoadedModel> load_checkpoint(const ModelPaths& paths, DType activation,
                                    std::optional<Adapter> adapter) {
  return try_result([&] { return load(paths, activation, std::move(adapter)); });
}

}  // namespace lapilli::loading
