// SPDX-License-Identifier: Apache-2.0
#include "training/demo/demo_model.h"

#include "engine/base/bytes.h"
#include "engine/runtime/load_model.h"
#include "training/demo/draws.h"

#include <algorithm>
#include <cmath>

namespace lapilli::demo {
namespace {

/// Pixels of a patch go up and down together, and an Adam step moves the weights of all by as much: so much
/// smaller pixels, and larger weights to begin with, keep what one step does to a patch as small as in the
/// other matrices. Source: Yang et al. 2022, "Tensor Programs V", rates of input weights.
float pixel_shrink(const DemoModelOptions& options) {
  return static_cast<float>(3 * options.patch_size * options.patch_size) /
         static_cast<float>(options.vision_dim);
}

ModelConfig config_of(const DemoModelOptions& options, uint32_t vocabulary_size) {
  VisionConfig vision;
  vision.dim = options.vision_dim;
  vision.layers = options.vision_layers;
  vision.heads = options.vision_heads;
  vision.ffn = options.vision_ffn;
  vision.image_size = options.image_size;
  vision.patch_size = options.patch_size;
  for (float& deviation : vision.std) deviation *= pixel_shrink(options);
  // By its name programs find the template that it is trained with.
  ModelConfig config{.name = "lapilli-demo-vicuna-v1", .language = {}, .vision = vision, .projector = {}};
  LlamaConfig& language = config.language;
  language.dim = options.dim;
  language.ffn = options.ffn;
  language.layers = options.layers;
  language.heads = options.heads;
  language.kv_heads = options.heads;
  language.head_dim = options.dim / options.heads;
  language.vocab = vocabulary_size;
  language.context = options.context;
  language.rope_pairing = ops::RopePairing::kInterleaved;
  language.tied_embeddings = options.tied_embeddings;
  return config;
}

/// Back into the residual stream.
bool is_residual(std::string_view name) {
  return name.ends_with(".wo") || name.ends_with(".w_down") || name.ends_with(".wo.weight") ||
         name.ends_with(".fc2.weight");
}

/// Keeps what goes through a matrix at its size, as LeCun's rule has it, and what all layers together add to
/// the residual stream, as GPT-2 has it. Words begin about as large as what the projector makes of patches,
/// scores of next words small.
float spread_of(const WeightInfo& info, const DemoModelOptions& options) {
  if (info.name == "token_embedding") return 0.3f;
  if (info.name == "lm_head" || info.name == "vision.class_embedding") return 0.02f;
  const float spread = 1 / std::sqrt(static_cast<float>(info.shape.cols()));
  if (info.name == "vision.patch_embedding") return pixel_shrink(options) * spread;
  if (!is_residual(info.name)) return spread;
  const uint32_t layers = info.name.starts_with("vision.") ? options.vision_layers : options.layers;
  return spread / std::sqrt(static_cast<float>(2 * layers));
}

/// A row of the tower's positions: a quarter each sines and cosines of the column and of the row, in waves of
/// 2π to 20π patches; the class row is 0. Source: Beyer et al. 2022, "Better plain ViT baselines", with waves
/// that fit few patches.
void write_position(uint64_t row, uint32_t patches_a_side, std::span<std::byte> to) {
  const size_t quarter = to.size() / sizeof(float) / 4;
  if (row == 0) return std::fill(to.begin(), to.end(), std::byte{0});
  const auto column = static_cast<float>((row - 1) % patches_a_side);
  const auto line = static_cast<float>((row - 1) / patches_a_side);
  for (size_t wave = 0; wave < quarter; ++wave) {
    const float rate = std::pow(10.0f, -static_cast<float>(wave) / static_cast<float>(quarter));
    store(&to[wave * sizeof(float)], std::sin(column * rate));
    store(&to[(quarter + wave) * sizeof(float)], std::cos(column * rate));
    store(&to[(2 * quarter + wave) * sizeof(float)], std::sin(line * rate));
    store(&to[(3 * quarter + wave) * sizeof(float)], std::cos(line * rate));
  }
}

/// `number` tells the weights apart.
WeightSource source_of(const WeightInfo& info, uint64_t number, uint64_t seed,
                       const DemoModelOptions& options) {
  WeightSource source{.name = info.name,
                      .type = {DType::f32, info.shape},
                      .group = info.group,
                      .stack = info.stack,
                      .read = {}};
  if (info.kind == WeightKind::kVector) {
    const float value = info.name.ends_with(".bias") ? 0.0f : 1.0f;
    source.read = [value](uint64_t, std::span<std::byte> to) -> Result<void> {
      for (size_t at = 0; at < to.size(); at += sizeof(float)) store(&to[at], value);
      return {};
    };
    return source;
  }
  if (info.name == "vision.position_embedding") {
    source.read = [side = options.image_size / options.patch_size,
                   row_bytes = info.shape.cols() * sizeof(float)](uint64_t row,
                                                                  std::span<std::byte> to) -> Result<void> {
      for (; !to.empty(); to = to.subspan(row_bytes)) write_position(row++, side, to.first(row_bytes));
      return {};
    };
    return source;
  }
  source.read = [cols = info.shape.cols(), spread = spread_of(info, options),
                 weight_seed = seed * 4096 + number](uint64_t row, std::span<std::byte> to) -> Result<void> {
    for (size_t at = 0; at < to.size(); ++row) {
      Draws draws = Draws::of(weight_seed, row);
      for (uint64_t column = 0; column < cols; ++column, at += sizeof(float))
        store(&to[at], draws.normal() * spread);
    }
    return {};
  };
  return source;
}

}  // namespace

Result<LoadedModel> demo_model(std::string_view vocabulary, uint64_t seed, const DemoModelOptions& options) {
  return try_result([&] {
    LoadedModel model;
    model.tokenizer = Tokenizer::create(read_sentencepiece_model(as_bytes(vocabulary)).value()).value();
    model.config = config_of(options, static_cast<uint32_t>(model.tokenizer->size()));
    validate(model.config).value();
    model.facts.format = "untrained demo model";
    uint64_t number = 0;
    for (const WeightInfo& info : loading::model_weights(model.config))
      model.weights.push_back(source_of(info, number++, seed, options));
    loading::describe_weights(model);
    return model;
  });
}

}  // namespace lapilli::demo
