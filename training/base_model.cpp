// SPDX-License-Identifier: Apache-2.0
#include "training/base_model.h"

#include "engine/io/ggml_blocks.h"
#include "engine/io/quantize_recipe.h"
#include "engine/model/weight_names.h"
#include "engine/runtime/load_model.h"
#include "training/training_graphs.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <set>
#include <thread>

namespace lapilli::training {
namespace {

// ---- A projector that was never trained

std::vector<float> drawn_evenly(uint64_t count, double bound, uint64_t seed, uint32_t stream) {
  std::seed_seq seeds{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32), stream};
  std::mt19937_64 generator(seeds);
  std::vector<float> values(count);
  for (float& value : values) {
    const double unit = std::ldexp(static_cast<double>(generator() >> 11), -53);
    value = static_cast<float>((2 * unit - 1) * bound);
  }
  return values;
}

WeightSource fresh_weight(const WeightInfo& info, std::vector<float> values) {
  const uint64_t cols = info.shape.cols();
  return {.name = info.name,
          .type = {DType::f32, info.shape},
          .group = info.group,
          .read = [values = std::move(values), cols](uint64_t first_row, std::span<std::byte> to) {
            std::memcpy(to.data(), values.data() + first_row * cols, to.size());
            return Result<void>();
          }};
}

void add_fresh_projector(LoadedModel& model, uint64_t seed) {
  if (!model.config.vision) return;
  std::set<std::string> present;
  for (const WeightSource& source : model.weights) present.insert(source.name);
  std::vector<WeightSource> fresh;
  double bound = 0;
  uint32_t stream = 0;
  for (const WeightInfo& info : weight_list<ProjectorWeights>(model.config)) {
    // A bias follows its matrix and is drawn from the same range.
    if (info.kind == WeightKind::kMatrix) bound = 1.0 / std::sqrt(static_cast<double>(info.shape.cols()));
    if (present.contains(info.name)) continue;
    fresh.push_back(fresh_weight(info, drawn_evenly(info.shape.elements(), bound, seed, 1000 + stream++)));
  }
  if (fresh.empty()) return;
  const auto language = std::find_if(model.weights.begin(), model.weights.end(),
                                     [](const WeightSource& s) { return !is_vision_weight(s.name); });
  model.weights.insert(language, std::make_move_iterator(fresh.begin()),
                       std::make_move_iterator(fresh.end()));
  model.facts.notes.push_back(
      text("The files have no projector: a fresh one is drawn, by the seed ", seed, '.'));
}

// ---- Frozen weights in fewer bits

/// Rows as another type, made by all processors while they are read.
Result<void> read_quantized(const WeightSource& source, DType dtype, uint64_t first_row,
                            std::span<std::byte> to) {
  constexpr uint64_t kShareElements = 256 * 1024;  // about 10 ms of work
  const uint64_t cols = source.type.cols();
  const uint64_t stored_row = row_bytes(source.type.dtype, cols), row = row_bytes(dtype, cols);
  const uint64_t share_rows = std::max<uint64_t>(1, kShareElements / cols);
  const size_t threads = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::byte> stored;
  std::vector<Result<void>> results(threads);
  const uint64_t rows = to.size() / row;
  for (uint64_t done = 0; done < rows;) {
    const uint64_t count = std::min(rows - done, share_rows * threads);
    stored.resize(count * stored_row);
    if (auto read = source.read(first_row + done, stored); !read) return read;
    {
      std::vector<std::jthread> workers;
      for (size_t worker = 0; worker * share_rows < count; ++worker) {
        workers.emplace_back([&, worker, done] {
          const uint64_t first = worker * share_rows, share = std::min(share_rows, count - first);
          std::vector<float> values(share * cols);
          decode_row(source.type.dtype, std::span(stored).subspan(first * stored_row, share * stored_row),
                     values);
          results[worker] = quantize_row(dtype, values, to.subspan((done + first) * row, share * row));
        });
      }
    }
    for (const Result<void>& result : results) {
      if (!result) return result.error().within(text(source.name, ", from row ", first_row + done));
    }
    done += count;
  }
  return {};
}

WeightSource quantized(WeightSource source, DType dtype) {
  WeightSource result = source;
  result.type.dtype = dtype;
  result.read = [source = std::move(source), dtype](uint64_t first_row, std::span<std::byte> to) {
    return try_result([&] { read_quantized(source, dtype, first_row, to).value(); });
  };
  return result;
}

/// Calls visit(source, type) for each frozen matrix of the language model with the type that base_type gives
/// it.
template <class Visit>
void for_each_frozen(LoadedModel& model, const Recipe& recipe, const Visit& visit) {
  const FileType type = file_type_from_string(recipe.base_type).value();
  std::set<std::string> learned;
  for (const Parameter& parameter : parameters_of(model.config, recipe, activation_of(recipe.precision)))
    learned.insert(parameter.name);
  const RecipeModel whole{.num_layers = model.config.language.layers,
                          .has_output = !model.config.language.tied_embeddings};
  for (WeightSource& source : model.weights) {
    const Shape& shape = source.type.shape;
    if (is_vision_weight(source.name) || learned.contains(source.name) || shape.rows() == 1) continue;
    const uint64_t extents[] = {shape.rows(), shape.cols()};
    visit(source, recipe_dtype(type, whole, gguf_name(source.name, true), extents));
  }
}

void use_base_type(LoadedModel& model, const Recipe& recipe) {
  for_each_frozen(model, recipe, [](WeightSource& source, DType wanted) {
    if (source.type.dtype != wanted) source = quantized(std::move(source), wanted);
  });
  model.facts.weight_types.clear();
  model.facts.language_bytes = model.facts.vision_bytes = model.facts.parameters = 0;
  loading::describe_weights(model);
  model.facts.notes.push_back(
      text("The frozen weights of the language model are quantised as ", recipe.base_type, '.'));
}

/// Whether nothing is to be done: each weight has the type it would get, or the files are of that type, told
/// by the first letters of their commonest weights.
bool is_stored_as(LoadedModel& model, const Recipe& recipe) {
  const std::string& base_type = recipe.base_type;
  const bool stored = std::any_of(model.weights.begin(), model.weights.end(),
                                  [](const WeightSource& source) { return is_quantized(source.type.dtype); });
  if (!stored) return false;
  bool all = true;
  for_each_frozen(model, recipe, [&](const WeightSource& source, DType wanted) {
    all = all && source.type.dtype == wanted;
  });
  if (all) return true;
  const std::string& types = model.facts.weight_types;
  if (types.find(base_type.substr(0, 4)) == std::string::npos) {
    throw Error(ErrorCode::kInvalidArgument,
                text("the recipe wants the frozen weights as ", base_type, ", the model is stored as ", types,
                     "; start from its f16, bf16 or f32 files, or set \"base_type\": \"as_is\""));
  }
  return true;
}

}  // namespace

Result<LoadedModel> base_model(LoadedModel model, const Recipe& recipe) {
  return try_result([&] {
    if (const auto problems = check_recipe(recipe); !problems.empty()) throw recipe_error(problems);
    add_fresh_projector(model, recipe.seed);
    if (recipe.base_type != "as_is" && !is_stored_as(model, recipe)) use_base_type(model, recipe);
    return std::move(model);
  });
}

Result<LoadedModel> load_base_model(ModelPaths paths, const Recipe& recipe) {
  paths.fresh_projector = recipe.train.projector;
  auto model = load_model(paths, activation_of(recipe.precision));
  if (!model) return model.error();
  if (model->config.picture_ends && model->config.vision) {
    return Error(ErrorCode::kUnsupported,
                 text("has its pictures between ", kImageStart, " and ", kImageEnd,
                      " (mm_use_im_start_end), which training's prompts have not"),
                 paths.model.string());
  }
  return base_model(std::move(*model), recipe);
}

}  // namespace lapilli::training
