// SPDX-License-Identifier: Apache-2.0
#include "training/demo/demo_model.h"

#include "engine/base/bytes.h"
#include "engine/runtime/load_model.h"
#include "training/demo/draws.h"

#include <cmath>

namespace lapilli::demo {
namespace {

ModelConfig config_of(const DemoModelOptions& options, uint32_t vocabulary_size) {
  VisionConfig vision;
  vision.dim = options.vision_dim;
  vision.layers = options.vision_layers;
  vision.heads = options.vision_heads;
  vision.ffn = options.vision_ffn;
  vision.image_size = options.image_size;
  vision.patch_size = options.patch_size;
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

float spread_of(const WeightInfo& info, const DemoModelOptions& options) {
  if (!is_residual(info.name)) return options.spread;
  const uint32_t layers = info.name.starts_with("vision.") ? options.vision_layers : options.layers;
  return options.spread / std::sqrt(static_cast<float>(2 * layers));
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
