// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/export_hf.h"

#include "engine/io/file.h"
#include "engine/runtime/export_names.h"
#include "engine/runtime/hf_config.h"
#include "engine/runtime/image_token.h"
#include "engine/runtime/weight_stream.h"

#include <algorithm>
#include <iomanip>
#include <list>
#include <sstream>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

namespace fs = std::filesystem;

/// Tells how far writing is, and ends it when asked to.
class Meter {
 public:
  Meter(const EventSink& sink, std::stop_token stop, uint64_t total)
      : sink_(sink), stop_(std::move(stop)), total_(total) {}

  void add(uint64_t bytes) {
    if (stop_.stop_requested()) throw Error(ErrorCode::kStopped, "writing was stopped as asked");
    done_ += bytes;
    if (sink_) sink_(Progress{"writing", done_, total_, "bytes"});
  }

 private:
  const EventSink& sink_;
  std::stop_token stop_;
  uint64_t total_;
  uint64_t done_ = 0;
};

/// All tensors of the folder, and what they read from.
struct Tensors {
  std::vector<TensorToWrite> list;
  std::list<WeightStream> streams;
  std::vector<std::vector<float>> constants;

  void add(const WeightSource& source, const LoadedModel& model, DType type, Meter& meter) {
    const NameForm form = model.config.vision ? NameForm::kLlavaHf : NameForm::kOriginal;
    WeightStream& stream =
        streams.emplace_back(source, type, interleaved_head(source.name, model.config.language));
    list.push_back({.name = checkpoint_name(source.name, form),
                    .type = stored_type(type),
                    .shape = checkpoint_shape(source, model.config),
                    .data = {},
                    .fill = [&stream, &meter](uint64_t, std::span<std::byte> to) {
                      return try_result([&] {
                        meter.add(to.size());
                        stream.read(to).value();
                      });
                    }});
  }

  void add_constant(std::string name, uint32_t size, float value) {
    constants.emplace_back(size, value);
    list.push_back({.name = std::move(name),
                    .type = stored_type(DType::f32),
                    .shape = {size},
                    .data = std::as_bytes(std::span(constants.back()))});
  }
};

/// Index of the first tensor of every file.
std::vector<size_t> shards_of(std::span<const TensorToWrite> tensors, uint64_t shard_bytes) {
  std::vector<size_t> first = {0};
  uint64_t bytes = 0;
  for (size_t index = 0; index < tensors.size(); ++index) {
    const uint64_t size = stored_bytes(tensors[index].type, tensors[index].shape).value();
    if (bytes != 0 && bytes + size > shard_bytes) {
      first.push_back(index);
      bytes = 0;
    }
    bytes += size;
  }
  return first;
}

std::string shard_name(size_t index, size_t count) {
  std::ostringstream name;
  name << "model-" << std::setfill('0') << std::setw(5) << index + 1 << "-of-" << std::setw(5) << count
       << ".safetensors";
  return name.str();
}

void write_weights(std::span<const TensorToWrite> tensors, uint64_t shard_bytes, const fs::path& folder) {
  const std::map<std::string, std::string> metadata = {{"format", "pt"}};
  const std::vector<size_t> first = shards_of(tensors, shard_bytes);
  if (first.size() == 1) return write_safetensors(folder / "model.safetensors", tensors, metadata).value();
  nlohmann::ordered_json map;
  uint64_t total = 0;
  for (size_t shard = 0; shard < first.size(); ++shard) {
    const size_t end = shard + 1 < first.size() ? first[shard + 1] : tensors.size();
    const auto part = tensors.subspan(first[shard], end - first[shard]);
    const std::string name = shard_name(shard, first.size());
    write_safetensors(folder / name, part, metadata).value();
    for (const TensorToWrite& tensor : part) {
      map[tensor.name] = name;
      total += stored_bytes(tensor.type, tensor.shape).value();
    }
  }
  const nlohmann::ordered_json index = {{"metadata", {{"total_size", total}}}, {"weight_map", map}};
  const std::string source = index.dump(2) + '\n';
  replace_file(folder / "model.safetensors.index.json", as_bytes(source)).value();
}

void require_supported(const LoadedModel& model) {
  if (model.config.vision && model.config.projector.layers != 2)
    throw Error(ErrorCode::kUnsupported,
                text("the projector has ", model.config.projector.layers,
                     " linear layers, transformers' LLaVA has 2; write another format"));
}

void write_folder(const LoadedModel& model, const fs::path& folder, const HuggingFaceOptions& options,
                  bool added, const EventSink& sink, std::stop_token stop) {
  Meter meter(sink, std::move(stop), scalar_bytes(model, options.type));
  Tensors tensors;
  for (const WeightSource& source : model.weights) tensors.add(source, model, options.type, meter);
  if (model.config.vision) {
    // Without effect on the features, but transformers warns where they are absent.
    constexpr const char* kName = "vision_tower.vision_model.post_layernorm";
    tensors.add_constant(text(kName, ".weight"), model.config.vision->dim, 1);
    tensors.add_constant(text(kName, ".bias"), model.config.vision->dim, 0);
  }
  write_weights(tensors.list, options.shard_bytes, folder);
  write_hf_configs(model, options.type, folder);
  if (!model.tokenizer) return;
  std::vector<fs::path> sources = {options.tokenizer_folder};
  if (options.tokenizer_folder.empty()) sources.assign(model.facts.files.begin(), model.facts.files.end());
  write_hf_tokenizer(model, sources, added, folder);
}

}  // namespace

uint64_t scalar_bytes(const LoadedModel& model, DType type) {
  uint64_t elements = 0;
  for (const WeightSource& source : model.weights) elements += source.type.shape.elements();
  return elements * block_bytes(type);
}

Result<ExportReport> export_hugging_face(const LoadedModel& model, const fs::path& folder,
                                         const HuggingFaceOptions& options, const EventSink& sink,
                                         std::stop_token stop) {
  return try_result([&] {
    require_supported(model);
    ExportReport report{.files = {folder}, .notes = {}};
    if (!model.tokenizer)
      report.notes.emplace_back(
          "The model has no tokenizer, so the folder has none; put one beside the weights.");
    note_picture_ends(model.config, report.notes);
    if (model.config.vision && model.config.image_token < 0) {
      const LoadedModel with_token = with_image_token(model);
      const bool added = model.tokenizer && with_token.tokenizer->size() != model.tokenizer->size();
      report.notes.push_back(text("The model's files name no token for pictures; \"<image>\" is ",
                                  with_token.config.image_token, " in the folder."));
      write_folder(with_token, folder, options, added, sink, std::move(stop));
    } else {
      write_folder(model, folder, options, false, sink, std::move(stop));
    }
    return report;
  });
}

}  // namespace lapilli
