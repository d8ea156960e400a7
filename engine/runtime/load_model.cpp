// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/load_model.h"
#include "engine/runtime/demo_model_path.h"

#include "engine/io/detect.h"
#include "engine/model/weight_names.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace lapilli {

namespace fs = std::filesystem;

namespace loading {

std::vector<WeightInfo> model_weights(const ModelConfig& config) {
  std::vector<WeightInfo> list = weight_list<LlamaWeights>(config.language);
  if (!config.vision) return list;
  const auto encoder = weight_list<ClipVisionWeights>(*config.vision);
  const auto projection = weight_list<ProjectorWeights>(config);
  list.insert(list.begin(), projection.begin(), projection.end());
  list.insert(list.begin(), encoder.begin(), encoder.end());
  return list;
}

void describe_weights(LoadedModel& model) {
  std::map<std::string_view, size_t> counts;
  for (const WeightSource& source : model.weights) {
    ++counts[to_string(source.type.dtype)];
    const bool vision = is_vision_weight(source.name);
    (vision ? model.facts.vision_bytes : model.facts.language_bytes) += source.type.size_bytes();
    model.facts.parameters += source.type.shape.elements();
  }
  for (const auto& [name, count] : counts) {
    model.facts.weight_types += text(model.facts.weight_types.empty() ? "" : ", ", name, ' ', count);
  }
}

void set_end_ids(LoadedModel& model, std::vector<int64_t> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  const auto cannot_be_said = [&](int64_t id) { return id < 0 || id >= model.config.language.vocab; };
  std::erase_if(ids, cannot_be_said);
  model.end_ids.assign(ids.begin(), ids.end());
}

bool holds_weights(const fs::path& folder) {
  return !weight_file_in(folder).empty();
}

fs::path projector_file_in(const fs::path& folder) {
  for (const char* name : {"mm_projector.bin", "mm_projector.safetensors"}) {
    if (fs::exists(folder / name)) return folder / name;
  }
  return {};
}

fs::path projector_file(const fs::path& given) {
  if (!fs::is_directory(given)) return given;
  fs::path file = projector_file_in(given);
  if (!file.empty()) return file;
  throw Error(
      ErrorCode::kNotFound,
      "holds no projector: neither mm_projector.bin nor mm_projector.safetensors; name the file or its "
      "folder with --projector",
      given.string());
}

}  // namespace loading

namespace {

constexpr const char* kAdapterConfig = "adapter_config.json";

bool is_checkpoint_folder(const fs::path& folder) {
  return fs::exists(folder / kAdapterConfig) || loading::holds_weights(folder) ||
         !loading::projector_file_in(folder).empty();
}

bool holds_gguf(const fs::path& folder) {
  const auto is_gguf = [](const auto& entry) { return entry.path().extension() == ".gguf"; };
  return std::any_of(fs::directory_iterator(folder), fs::directory_iterator(), is_gguf);
}

/// By content: a file, or a folder with one.
bool is_gguf_model(const fs::path& path) {
  if (!fs::exists(path)) return false;
  if (fs::is_directory(path)) return holds_gguf(path);
  const auto file = MappedFile::open(path);
  return file && detect(file->bytes()) == FileKind::kGguf;
}

bool can_be_base(const fs::path& path) {
  return loading::holds_weights(path) || is_gguf_model(path);
}

/// An option that nothing looks at is a mistake. `use`: what the option is for.
void refuse_option(const fs::path& value, const char* option, const char* use, const fs::path& model) {
  if (value.empty()) return;
  throw Error(ErrorCode::kInvalidArgument,
              text("does not use ", option, ", which is for ", use, "; leave it out"), model.string());
}
void refuse_base(const ModelPaths& paths) {
  refuse_option(paths.base, "--base", "LoRA adapters and for folders with a projector alone", paths.model);
}
void refuse_vision(const ModelPaths& paths) {
  refuse_option(paths.vision, "--vision", "folders whose encoder is another folder", paths.model);
}

/// The base of what lies over one (`what`): as given, or as its configuration names it where that is on this
/// machine.
fs::path base_of(const ModelPaths& paths, const std::string& named, std::string_view what) {
  if (paths.base.empty() && !named.empty() && can_be_base(named)) return named;
  if (paths.base.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                text("holds ", what, "; give the model it was trained on with --base",
                     named.empty() ? "" : text(" (its configuration says \"", named, "\")")),
                paths.model.string());
  }
  if (can_be_base(paths.base)) return paths.base;
  throw Error(ErrorCode::kInvalidArgument,
              text("holds ", what, "; the base is expected as a folder with safetensors or PyTorch weights, ",
                   "or in GGUF form, ", paths.base.string(), " is none"),
              paths.model.string());
}

/// The GGUF model `base`, changed by what lies at `place`.
LoadedModel load_over_gguf(ModelPaths base, DType activation, Adapter adapter, const char* format,
                           const fs::path& place) {
  refuse_vision(base);
  base.base.clear();
  LoadedModel model = loading::load_gguf(base, activation, std::move(adapter)).value();
  model.facts.format = format;
  model.facts.files.push_back(place.string());
  return model;
}

/// An adapter in either form over a base in either form.
LoadedModel load_adapter(const ModelPaths& paths, DType activation, Adapter adapter) {
  const auto* peft = std::get_if<LoraAdapter>(&adapter);
  const fs::path base =
      base_of(paths, peft ? peft->base_model : std::string(), "a LoRA adapter without its base model");
  ModelPaths over = paths;
  if (loading::holds_weights(base)) {
    over.base = base;
    return loading::load_checkpoint(over, activation, std::move(adapter)).value();
  }
  over.model = base;
  return load_over_gguf(std::move(over), activation, std::move(adapter), "LoRA adapter over a base model",
                        paths.model);
}

LoadedModel load_projector_over_gguf(ModelPaths base, DType activation, const fs::path& projector) {
  return load_over_gguf(std::move(base), activation, open_replacements(projector).value(),
                        "projector over a base model", projector);
}

LoadedModel load_projector_folder(const ModelPaths& paths, DType activation) {
  const fs::path base = base_of(paths, {}, "a projector without its language model");
  if (loading::holds_weights(base)) return loading::load_checkpoint(paths, activation).value();
  ModelPaths over = paths;
  over.model = base;
  return load_projector_over_gguf(std::move(over), activation, loading::projector_file_in(paths.model));
}

/// A projector's file as checkpoints have it, whether it is named itself or by its folder; empty: it is none.
fs::path checkpoint_projector(const fs::path& path) {
  const fs::path file = loading::projector_file(path);
  const auto mapped = MappedFile::open(file);
  const FileKind kind = mapped ? detect(mapped->bytes()) : FileKind::kOther;
  return kind == FileKind::kSafetensors || kind == FileKind::kZip ? file : fs::path();
}

LoadedModel load_gguf_model(const ModelPaths& paths, DType activation) {
  refuse_base(paths);
  refuse_vision(paths);
  const bool named = !paths.projector.empty() && paths.projector != kNoProjector;
  const fs::path projector = named ? checkpoint_projector(paths.projector) : fs::path();
  if (projector.empty()) return loading::load_gguf(paths, activation).value();
  ModelPaths base = paths;
  base.projector.clear();  // the encoder is in the mmproj file beside the model
  return load_projector_over_gguf(std::move(base), activation, projector);
}

LoadedModel load_folder(const ModelPaths& paths, DType activation) {
  const fs::path& folder = paths.model;
  if (fs::exists(folder / kAdapterConfig))
    return load_adapter(paths, activation, open_lora_folder(folder).value());
  if (loading::holds_weights(folder)) {
    refuse_base(paths);
    return loading::load_checkpoint(paths, activation).value();
  }
  if (!loading::projector_file_in(folder).empty()) return load_projector_folder(paths, activation);
  if (holds_gguf(folder)) return load_gguf_model(paths, activation);
  throw Error(ErrorCode::kNotFound,
              "holds no model: neither model.safetensors, pytorch_model.bin (or their index files), an "
              "adapter, nor a .gguf file",
              folder.string());
}

bool is_gguf_adapter(const fs::path& path) {
  const auto file = GgufFile::open(path);
  const auto type =
      file ? file->metadata().get_string("general.type", "") : Result<std::string>(std::string());
  return type && *type == "adapter";
}

LoadedModel load_file(const ModelPaths& paths, DType activation) {
  const MappedFile file = MappedFile::open(paths.model).value();
  const FileKind kind = detect(file.bytes());
  if (kind == FileKind::kGguf) {
    if (!is_gguf_adapter(paths.model)) return load_gguf_model(paths, activation);
    return load_adapter(paths, activation, open_gguf_lora(paths.model, "llama").value());
  }
  if (kind == FileKind::kSafetensors || kind == FileKind::kZip) {
    ModelPaths folder = paths;
    folder.model = paths.model.has_parent_path() ? paths.model.parent_path() : fs::path(".");
    if (is_checkpoint_folder(folder.model)) return load_folder(folder, activation);
    throw Error(ErrorCode::kInvalidArgument,
                "is a weight file without the rest of its model: config.json and model.safetensors or "
                "pytorch_model.bin are expected in its folder",
                paths.model.string());
  }
  if (kind == FileKind::kOther &&
      (Llama2cFile::detect(file.bytes()) || Llama2cFile::resembles(file.bytes()))) {
    refuse_base(paths);
    refuse_vision(paths);
    if (paths.projector != kNoProjector)
      refuse_option(paths.projector, "--projector", "models that see", paths.model);
    return loading::load_llama2c(paths, activation).value();
  }
  throw Error(refusal_code(kind), std::string(refusal(kind)), paths.model.string());
}

TemplateFacts template_facts(const LoadedModel& model) {
  return {.model_name = model.config.name, .chat_template = model.facts.chat_template};
}

bool is_text(PieceType type) {
  return type == PieceType::kNormal || type == PieceType::kByte || type == PieceType::kUserDefined;
}

/// Padding rows behind the vocabulary and special tokens behind the table are usual; more than that is
/// another model's tokenizer.
Result<void> check_vocabulary(const Tokenizer& tokenizer, const ModelConfig& config) {
  constexpr uint32_t kMostPaddingRows = 1024;
  const auto pieces = static_cast<uint32_t>(tokenizer.size());
  const uint32_t rows = config.language.vocab;
  bool fits = uint64_t{rows} <= uint64_t{pieces} + kMostPaddingRows;
  for (uint32_t id = rows; id < pieces; ++id) fits &= !is_text(tokenizer.type(static_cast<int32_t>(id)));
  if (fits) return {};
  return Error(ErrorCode::kBadFile,
               text("the tokenizer has ", pieces, " tokens, the model ", rows,
                    "; the tokenizer belongs to another model, name the right one with --tokenizer"));
}

}  // namespace

Result<LoadedModel> load_model(const ModelPaths& named, DType activation) {
  ModelPaths paths = named;
  if (named.model == kDemoModelName) {
    auto shipped = demo_model_path();
    if (!shipped) return shipped.error();
    paths.model = *std::move(shipped);
  }
  std::error_code ignored;
  if (paths.model.empty())
    return Error(ErrorCode::kInvalidArgument, "the model's file or folder has an empty name");
  for (const fs::path& path : {paths.model, paths.projector, paths.vision, paths.base, paths.tokenizer})
    if (!path.empty() && !fs::exists(path, ignored) && (path != kNoProjector || path != paths.projector))
      return Error(ErrorCode::kNotFound, "there is no such file or folder", path.string());
  auto model = try_result([&]() -> LoadedModel {
    try {
      return fs::is_directory(paths.model) ? load_folder(paths, activation) : load_file(paths, activation);
    } catch (const fs::filesystem_error& error) {
      throw Error(ErrorCode::kIo, text("cannot be read: ", error.code().message()), error.path1().string());
    }
  });
  if (!model) return model;
  if (model->tokenizer) {
    if (auto fits = check_vocabulary(*model->tokenizer, model->config); !fits)
      return fits.error().within((paths.tokenizer.empty() ? paths.model : paths.tokenizer).string());
  }
  loading::describe_weights(*model);
  if (model->facts.template_name.empty() && has_unknown_template(template_facts(*model))) {
    model->facts.notes.push_back(text("the chat template that is stored with the model is not known here; ",
                                      chat_template_of(*model).name,
                                      " is used, unless another one is named with --template"));
  }
  return model;
}

std::vector<int32_t> all_end_ids(const LoadedModel& model) {
  std::vector<int32_t> ids = model.end_ids;
  if (model.tokenizer && model.tokenizer->eos_id() >= 0) ids.push_back(model.tokenizer->eos_id());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

uint32_t answer_id_limit(const LoadedModel& model) {
  const int32_t image_token = model.config.image_token;
  if (!model.tokenizer)
    return image_token >= 0 ? static_cast<uint32_t>(image_token) : model.config.language.vocab;
  const std::vector<int32_t> ends = all_end_ids(model);
  const bool ends_behind = !ends.empty() && ends.back() >= image_token;
  const int32_t tokens = model.tokenizer->size();
  return static_cast<uint32_t>(image_token < 0 || ends_behind ? tokens : std::min(tokens, image_token));
}

ChatTemplate chat_template_of(const LoadedModel& model) {
  if (!model.facts.template_name.empty()) return find_template(model.facts.template_name).value();
  std::string name = model.config.name;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr const char* kConversational[] = {"vicuna", "llava", "chat", "instruct"};
  const bool converses = model.config.vision || !model.facts.chat_template.empty() ||
                         std::any_of(std::begin(kConversational), std::end(kConversational),
                                     [&](const char* word) { return name.find(word) != std::string::npos; });
  if (!converses) return find_template("raw").value();
  return choose_template(template_facts(model));
}

Prompt render_for(const ModelConfig& config, const ChatTemplate& chat_template,
                  const Conversation& conversation) {
  const Prompt prompt = render(chat_template, conversation);
  return config.picture_ends ? with_picture_ends(prompt) : prompt;
}

WeightTypes weight_types(const LoadedModel& model) {
  WeightTypes types;
  for (const WeightSource& source : model.weights) types.emplace(source.name, source.type);
  for (const WeightStack& stack : weight_stacks(model.weights)) types.emplace(stack.name, stack.type);
  return types;
}

}  // namespace lapilli
