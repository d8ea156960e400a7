// SPDX-License-Identifier: Apache-2.0
#include "training/export_adapter.h"

#include "engine/io/safetensors.h"
#include "engine/io/torch_writer.h"
#include "engine/runtime/weight_stream.h"

#include <algorithm>
#include <list>
#include <set>

#include <nlohmann/json.hpp>

namespace lapilli::training {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWrapper = "base_model.model.";
constexpr std::string_view kWeight = ".weight";

/// Tensors of one file, and what they read from.
class Writing {
 public:
  Writing(DType type, std::stop_token stop) : type_(type), stop_(std::move(stop)) {}

  void add(std::string name, WeightSource source, std::vector<uint64_t> shape, uint32_t head) {
    const WeightSource& kept = sources_.emplace_back(std::move(source));
    WeightStream& stream = streams_.emplace_back(kept, type_, head);
    list_.push_back({.name = std::move(name),
                     .type = stored_type(type_),
                     .shape = std::move(shape),
                     .data = {},
                     .fill = [this, &stream](uint64_t, std::span<std::byte> to) -> Result<void> {
                       if (stop_.stop_requested())
                         return Error(ErrorCode::kStopped, "writing was stopped as asked");
                       return stream.read(to);
                     }});
  }
  [[nodiscard]] std::span<const TensorToWrite> list() const { return list_; }

 private:
  DType type_;
  std::stop_token stop_;
  std::list<WeightSource> sources_;
  std::list<WeightStream> streams_;
  std::vector<TensorToWrite> list_;
};

/// An f32 tensor of the checkpoint as a weight of rows.
WeightSource source_of(const StoredTensor& tensor, const std::string& name) {
  const uint64_t cols = tensor.shape.empty() ? 1 : tensor.shape.back();
  const uint64_t rows = element_count(tensor.shape).value() / cols;
  return {.name = name,
          .type = {DType::f32, {rows, cols}},
          .read = [&tensor, cols](uint64_t first_row, std::span<std::byte> to) {
            return copy_raw(tensor, first_row * cols, to);
          }};
}

const WeightSource& find_source(const LoadedModel& model, const std::string& weight) {
  const auto found = std::find_if(model.weights.begin(), model.weights.end(),
                                  [&](const WeightSource& source) { return source.name == weight; });
  if (found == model.weights.end())
    throw Error(ErrorCode::kBadFile,
                text("the checkpoint has \"", weight, "\", which the base model has not"));
  return *found;
}

std::string module_of(const std::string& weight, NameForm form) {
  std::string name = checkpoint_name(weight, form);
  if (name.ends_with(kWeight)) name.resize(name.size() - kWeight.size());
  return name;
}

std::string last_part(const std::string& module) {
  return module.substr(module.rfind('.') + 1);
}

void add_factors(Writing& writing, const LearnedWeights& learned, const LlamaConfig& language,
                 NameForm form) {
  for (const LearnedFactors& pair : learned.factors) {
    const std::string module = text(kWrapper, module_of(pair.weight, form));
    writing.add(module + ".lora_A.weight", source_of(*pair.a, pair.a->name), pair.a->shape, 0);
    writing.add(module + ".lora_B.weight", source_of(*pair.b, pair.b->name), pair.b->shape,
                interleaved_head(pair.weight, language));
  }
}

void add_whole(Writing& writing, const LoadedModel& base, const LearnedWeights& learned, NameForm form) {
  for (const StoredTensor* tensor : learned.whole) {
    writing.add(text(kWrapper, checkpoint_name(tensor->name, form)), source_of(*tensor, tensor->name),
                checkpoint_shape(find_source(base, tensor->name), base.config),
                interleaved_head(tensor->name, base.config.language));
  }
}

/// The encoder has projections of the same names, so modules of transformers are told apart by a pattern.
nlohmann::ordered_json target_modules(const LearnedWeights& learned, NameForm form) {
  std::set<std::string> parts;
  for (const LearnedFactors& pair : learned.factors) parts.insert(last_part(module_of(pair.weight, form)));
  if (form == NameForm::kOriginal) return parts;
  std::string pattern;
  for (const std::string& part : parts) pattern += (pattern.empty() ? "" : "|") + part;
  return text(".*language_model.*\\.(", pattern, ")");
}

std::set<std::string> whole_modules(const LearnedWeights& learned, NameForm form) {
  std::set<std::string> modules;
  for (const StoredTensor* tensor : learned.whole) {
    std::string name = checkpoint_name(tensor->name, form);
    name.resize(name.rfind('.'));
    modules.insert(name.starts_with("model.") ? name.substr(6) : name);
  }
  return modules;
}

void write_config(const LearnedWeights& learned, const Recipe& recipe, const AdapterOptions& options,
                  const fs::path& folder) {
  nlohmann::ordered_json config = {{"peft_type", "LORA"},
                                   {"task_type", "CAUSAL_LM"},
                                   {"base_model_name_or_path", options.base_model},
                                   {"r", learned.rank},
                                   {"lora_alpha", learned.alpha},
                                   {"lora_dropout", recipe.lora.dropout},
                                   {"target_modules", target_modules(learned, options.names)},
                                   {"modules_to_save", nullptr},
                                   {"bias", "none"},
                                   {"fan_in_fan_out", false},
                                   {"init_lora_weights", true},
                                   {"inference_mode", true}};
  if (options.names != NameForm::kOriginal && !learned.whole.empty())
    config["modules_to_save"] = whole_modules(learned, options.names);
  const std::string source = config.dump(2) + '\n';
  replace_file(folder / "adapter_config.json", as_bytes(source)).value();
}

}  // namespace

Result<void> write_projector(const LoadedModel& model, const fs::path& path,
                             const ProjectorFileOptions& options, std::stop_token stop) {
  return try_result([&] {
    if (!model.config.vision)
      throw Error(ErrorCode::kInvalidArgument, "the model has no projector; it is a language model alone");
    Writing writing(options.type, std::move(stop));
    for (const WeightSource& source : model.weights) {
      if (source.name.starts_with("projector."))
        writing.add(checkpoint_name(source.name, NameForm::kOriginal), source,
                    checkpoint_shape(source, model.config), 0);
    }
    options.torch ? write_torch_file(path, writing.list()).value()
                  : write_safetensors(path, writing.list(), {{"format", "pt"}}).value();
  });
}

Result<ExportReport> write_adapter(const LoadedModel& base, const Checkpoint& checkpoint,
                                   const fs::path& folder, const AdapterOptions& options,
                                   std::stop_token stop) {
  return try_result([&] {
    const LearnedWeights learned = open_learned_weights(checkpoint).value();
    if (learned.factors.empty())
      throw Error(ErrorCode::kInvalidArgument,
                  "holds no low-rank factors; a PEFT folder needs a run with \"language_model\": \"lora\"",
                  checkpoint.folder.string());
    Writing adapter(options.type, stop), whole(options.type, stop);
    add_factors(adapter, learned, base.config.language, options.names);
    add_whole(options.names == NameForm::kOriginal ? whole : adapter, base, learned, options.names);
    write_safetensors(folder / "adapter_model.safetensors", adapter.list(), {{"format", "pt"}}).value();
    if (!whole.list().empty()) write_torch_file(folder / "non_lora_trainables.bin", whole.list()).value();
    write_config(learned, checkpoint.recipe, options, folder);
    return ExportReport{.files = {folder}, .notes = {}};
  });
}

}  // namespace lapilli::training
