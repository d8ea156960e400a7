// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/export_gguf.h"

#include "engine/io/convert_tensor.h"
#include "engine/io/output_folder.h"
#include "engine/model/weight_names.h"
#include "engine/runtime/convert_rows.h"
#include "engine/runtime/gguf_keys.h"
#include "engine/runtime/model_config_gguf.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace lapilli {
namespace {

namespace fs = std::filesystem;

/// The extents a weight has in a GGUF file: those of the graph, but a vector has no axis of one and the patch
/// embedding is a convolution kernel.
std::vector<uint64_t> file_shape(const WeightSource& source, const ModelConfig& config) {
  const Shape& shape = source.type.shape;
  if (source.name == "vision.patch_embedding")
    return {shape[0], 3, config.vision->patch_size, config.vision->patch_size};
  if (shape.rows() == 1) return {shape.cols()};
  return {shape.rows(), shape.cols()};
}

DType file_dtype(const WeightSource& source, const ModelConfig& config, const GgufTensor& tensor,
                 FileType type) {
  if (!is_vision_weight(source.name)) {
    const RecipeModel model{.num_layers = config.language.layers,
                            .has_output = !config.language.tied_embeddings};
    return recipe_dtype(type, model, tensor.name, tensor.shape);
  }
  if (source.name == "vision.patch_embedding") return type == FileType::f32 ? DType::f32 : DType::f16;
  return projector_recipe_dtype(type, tensor.name, tensor.shape, DType::f32);
}

/// Tells how far writing is, and ends it when asked to.
class Meter {
 public:
  Meter(const EventSink& sink, std::stop_token stop, uint64_t total)
      : sink_(sink), stop_(std::move(stop)), total_(total) {}

  GgufSink around(const GgufSink& inner) {
    return [this, &inner](Bytes bytes) -> Result<void> {
      if (stop_.stop_requested()) return Error(ErrorCode::kStopped, "writing was stopped as asked");
      done_ += bytes.size();
      if (sink_) sink_(Progress{"writing", done_, total_, "bytes"});
      return inner(bytes);
    };
  }

 private:
  const EventSink& sink_;
  std::stop_token stop_;
  uint64_t total_;
  uint64_t done_ = 0;
};

uint64_t total_bytes(std::span<const GgufTensor> tensors) {
  uint64_t total = 0;
  for (const GgufTensor& tensor : tensors)
    total += stored_bytes(stored_type(tensor.dtype), tensor.shape).value_or(0);
  return total;
}

/// Query and key rows of checkpoints in Hugging Face form rotate halves; GGUF files interleave.
uint32_t interleaved_head(const WeightSource& source, const LlamaConfig& language) {
  const bool rotated = source.name.ends_with(".wq") || source.name.ends_with(".wk");
  const bool apply =
      rotated && !is_vision_weight(source.name) && language.rope_pairing == ops::RopePairing::kHalves;
  return apply ? language.head_dim : 0;
}

Result<void> write_part(const LoadedModel& model, bool vision, const GgufMetadata& metadata,
                        const fs::path& path, const ExportOptions& options, const EventSink& sink,
                        std::stop_token stop) {
  std::vector<const WeightSource*> sources;
  std::vector<GgufTensor> tensors;
  for (const WeightSource& source : model.weights) {
    if (is_vision_weight(source.name) != vision) continue;
    sources.push_back(&source);
    GgufTensor tensor{
        .name = gguf_name(source.name, true), .dtype = DType::f32, .shape = file_shape(source, model.config)};
    tensor.dtype = file_dtype(source, model.config, tensor, options.type);
    tensors.push_back(std::move(tensor));
  }
  Meter meter(sink, std::move(stop), total_bytes(tensors));
  return write_gguf(path, metadata, tensors, [&](size_t index, const GgufSink& to) {
    return convert_rows(*sources[index],
                        {.dtype = tensors[index].dtype,
                         .interleaved_head = interleaved_head(*sources[index], model.config.language),
                         .num_threads = options.num_threads},
                        meter.around(to));
  });
}

/// N of "blk.N." or "v.blk.N.": llama.cpp sorts by the former only.
int layer_of(std::string_view name) {
  int layer = -1;
  if (name.starts_with("blk.")) std::from_chars(name.data() + 4, name.data() + name.size(), layer);
  return layer;
}

std::vector<const StoredTensor*> in_llama_cpp_order(const GgufFile& file) {
  std::vector<const StoredTensor*> tensors;
  for (const StoredTensor& tensor : file.tensors()) tensors.push_back(&tensor);
  std::sort(tensors.begin(), tensors.end(), [](const StoredTensor* a, const StoredTensor* b) {
    return std::pair(layer_of(a->name), std::string_view(a->name)) <
           std::pair(layer_of(b->name), std::string_view(b->name));
  });
  return tensors;
}

/// The format has two keys for end tokens beside the tokenizer's own.
void set_end_tokens(GgufMetadata& metadata, const LoadedModel& model, std::vector<std::string>& notes) {
  constexpr std::array kKeys = {"tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"};
  size_t next = 0;
  for (const int32_t id : model.end_ids) {
    if (model.tokenizer && id == model.tokenizer->eos_id()) continue;
    if (next == kKeys.size()) {
      notes.push_back(text("The model has more end tokens than GGUF files can name; token ", id,
                           " no longer ends an answer."));
    } else {
      metadata.set_u32(kKeys[next++], static_cast<uint32_t>(id));
    }
  }
}

}  // namespace

fs::path projector_file_for(const fs::path& language_file) {
  return language_file.parent_path() / ("mmproj-" + language_file.filename().string());
}

void note_picture_ends(const ModelConfig& config, std::vector<std::string>& notes) {
  if (!config.vision || !config.picture_ends) return;
  notes.push_back(text("The model wants pictures between ", kImageStart, " and ", kImageEnd,
                       ", which these files can't say; write them into the prompts."));
}

Result<ExportReport> export_gguf(const LoadedModel& model, const fs::path& out, const ExportOptions& options,
                                 const EventSink& sink, std::stop_token stop) {
  return try_result([&] {
    const ModelConfig& config = model.config;
    const Vocabulary* vocabulary = model.tokenizer ? &model.tokenizer->vocabulary() : nullptr;
    ExportReport report{.files = {out}, .notes = {}};
    GgufMetadata language = language_metadata(config, options.type, vocabulary).value();
    set_end_tokens(language, model, report.notes);
    if (config.vision) {
      // First, so that a language model never stands there without the eyes it had.
      const GgufMetadata projector = projector_metadata(config, options.type).value();
      report.files.push_back(projector_file_for(out));
      write_part(model, true, projector, report.files.back(), options, sink, stop).value();
      note_picture_ends(config, report.notes);
      if (config.aspect != ImageAspect::kPad)
        report.notes.emplace_back(
            "The model's files ask for cropped or stretched pictures, which GGUF files "
            "can't say; give --aspect when you use them.");
    }
    if (vocabulary == nullptr)
      report.notes.emplace_back(
          "The model has no tokenizer, so the file has none; other programs may refuse it.");
    write_part(model, false, language, out, options, sink, stop).value();
    return report;
  });
}

Result<void> requantize_gguf(const GgufFile& file, const fs::path& out, const ExportOptions& options,
                             const EventSink& sink, std::stop_token stop) {
  return try_result([&] {
    const bool projector = is_projector_file(file);
    const auto stored = in_llama_cpp_order(file);
    RecipeModel model;
    if (!projector)
      model = {.num_layers = file.metadata().get_u32("llama.block_count").value(),
               .has_output = file.find("output.weight") != nullptr};
    std::vector<GgufTensor> tensors;
    for (const StoredTensor* tensor : stored) {
      const DType kept = tensor->type.dtype.value_or(DType::f32);
      const DType dtype = projector ? projector_recipe_dtype(options.type, tensor->name, tensor->shape, kept)
                                    : recipe_dtype(options.type, model, tensor->name, tensor->shape);
      tensors.push_back({tensor->name, dtype, tensor->shape});
    }
    GgufMetadata metadata = file.metadata();
    for (const char* split : {"split.no", "split.count", "split.tensors.count"}) metadata.erase(split);
    metadata.set_u32("general.quantization_version", 2);
    metadata.set_u32("general.file_type", static_cast<uint32_t>(options.type));
    Meter meter(sink, stop, total_bytes(tensors));
    write_gguf(out, metadata, tensors, [&](size_t index, const GgufSink& to) {
      return convert_tensor(*stored[index], tensors[index].dtype, options.num_threads, meter.around(to));
    }).value();
  });
}

Result<ExportReport> write_together(const fs::path& out,
                                    const std::function<Result<ExportReport>(const fs::path& file)>& write) {
  return try_result([&] {
    OutputFolder folder = OutputFolder::create(out, 0).value();
    ExportReport report = write(folder.path() / out.filename()).value();
    folder.commit_files().value();
    for (fs::path& file : report.files) file = out.parent_path() / file.filename();
    return report;
  });
}

}  // namespace lapilli
