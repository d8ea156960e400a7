// SPDX-License-Identifier: Apache-2.0
#include "training/trained_model.h"

#include "engine/io/ggml_blocks.h"
#include "engine/model/weight_names.h"
#include "engine/runtime/load_model.h"
#include "engine/runtime/weight_binding.h"
#include "training/learned_weights.h"

#include <algorithm>
#include <map>
#include <set>

namespace lapilli::training {
namespace {

struct TrainedFiles final : OpenFiles {
  TrainedFiles(std::unique_ptr<OpenFiles> base_files, LearnedWeights learned_weights)
      : base(std::move(base_files)), learned(std::move(learned_weights)) {}
  std::unique_ptr<OpenFiles> base;
  LearnedWeights learned;
};

WeightSource merged(const WeightSource& base, LoraFactors factors) {
  WeightSource result = base;
  result.type.dtype = DType::f32;
  result.read = [base, factors = std::move(factors)](uint64_t first_row, std::span<std::byte> to) {
    return try_result([&] {
      const uint64_t cols = base.type.cols();
      const uint64_t rows = to.size() / (cols * sizeof(float));
      std::vector<std::byte> stored(rows * row_bytes(base.type.dtype, cols));
      base.read(first_row, stored).value();
      std::vector<float> values(rows * cols);
      decode_row(base.type.dtype, stored, values);
      merge_lora(values, first_row, factors);
      std::copy_n(std::as_bytes(std::span(values)).begin(), to.size(), to.begin());
    });
  };
  return result;
}

bool is_projector(const std::string& weight) {
  return weight.starts_with("projector.");
}

/// The model's description of the weights that were learned whole.
std::vector<WeightInfo> learned_list(const ModelConfig& config, const LearnedWeights& learned,
                                     LearnedParts parts) {
  std::set<std::string> names;
  for (const StoredTensor* tensor : learned.whole) {
    if (parts == LearnedParts::kAll || is_projector(tensor->name)) names.insert(tensor->name);
  }
  std::vector<WeightInfo> list = loading::model_weights(config);
  std::erase_if(list, [&](const WeightInfo& info) { return names.erase(info.name) == 0; });
  if (!names.empty())
    throw Error(
        ErrorCode::kBadFile,
        text("holds \"", *names.begin(), "\", which the base model has not; it belongs to another model"),
        learned.file.file());
  return list;
}

}  // namespace

Result<LoadedModel> trained_model(LoadedModel base, const Checkpoint& checkpoint, LearnedParts parts,
                                  DType activation) {
  return try_result([&] {
    auto files =
        std::make_unique<TrainedFiles>(std::move(base.files), open_learned_weights(checkpoint).value());
    const LearnedWeights& learned = files->learned;
    const std::vector<WeightInfo> list = learned_list(base.config, learned, parts);
    const StoredWeights stored = {
        .find = [&](const std::string& name) { return learned.find_whole(name); },
        .place = [&](const std::string& name) { return text(learned.file.file(), ": ", name); }};
    std::map<std::string, WeightSource> replaced;
    for (WeightSource& source : bind_weights(list, stored, activation).value())
      replaced.emplace(source.name, std::move(source));
    std::map<std::string, const LearnedFactors*> factors;
    if (parts == LearnedParts::kAll) {
      for (const LearnedFactors& pair : learned.factors) factors.emplace(pair.weight, &pair);
    }
    for (WeightSource& source : base.weights) {
      if (const auto found = replaced.find(source.name); found != replaced.end())
        source = std::move(found->second);
      const auto found = factors.find(source.name);
      if (found == factors.end()) continue;
      const uint64_t shape[] = {source.type.rows(), source.type.cols()};
      source = merged(source, load_factors(update_of(learned, *found->second), shape).value());
      factors.erase(found);
    }
    if (!factors.empty())
      throw Error(ErrorCode::kBadFile,
                  text("holds factors for \"", factors.begin()->first,
                       "\", which the base model has not; it belongs to another model"),
                  learned.file.file());
    base.files = std::move(files);
    return std::move(base);
  });
}

}  // namespace lapilli::training
