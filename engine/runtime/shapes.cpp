// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/shapes.h"

#include <array>

namespace lapilli {
namespace {

constexpr std::array<std::string_view, 7> kNames = {"llava-7b",   "llava-13b",      "llama-7b", "llama-13b",
                                                    "llama-110m", "clip-vit-l-336", "tiny"};

LlamaConfig language(uint32_t dim, uint32_t ffn, uint32_t layers, uint32_t heads) {
  LlamaConfig config;
  config.dim = dim;
  config.ffn = ffn;
  config.layers = layers;
  config.heads = heads;
  config.kv_heads = heads;
  config.head_dim = dim / heads;
  config.rope_pairing = ops::RopePairing::kInterleaved;
  return config;
}

/// The encoder and projector of LLaVA-1.5 over next to no language model.
ModelConfig encoder_alone() {
  ModelConfig config{
      .name = {}, .language = language(4096, 512, 1, 32), .vision = VisionConfig{}, .projector = {}};
  config.language.vocab = 512;
  return config;
}

/// Everything a LLaVA has, grouped queries included, in a few hundred kilobytes.
ModelConfig tiny() {
  ModelConfig config{
      .name = {}, .language = language(256, 512, 2, 4), .vision = VisionConfig{}, .projector = {}};
  config.language.kv_heads = 2;
  config.language.vocab = 320;
  config.language.context = 256;
  config.vision->dim = 64;
  config.vision->layers = 2;
  config.vision->heads = 4;
  config.vision->ffn = 128;
  config.vision->image_size = 56;
  return config;
}

ModelConfig shape(std::string_view name) {
  if (name == "llava-7b" || name == "llama-7b") {
    ModelConfig config{.name = {}, .language = language(4096, 11008, 32, 32), .vision = {}, .projector = {}};
    if (name == "llava-7b") config.vision = VisionConfig{};
    return config;
  }
  if (name == "llava-13b" || name == "llama-13b") {
    ModelConfig config{.name = {}, .language = language(5120, 13824, 40, 40), .vision = {}, .projector = {}};
    if (name == "llava-13b") config.vision = VisionConfig{};
    return config;
  }
  if (name == "llama-110m")
    return {.name = {}, .language = language(768, 2048, 12, 12), .vision = {}, .projector = {}};
  return name == "tiny" ? tiny() : encoder_alone();
}

}  // namespace

std::span<const std::string_view> shape_names() {
  return kNames;
}

Result<ModelConfig> find_shape(std::string_view name) {
  std::string all;
  for (const std::string_view known : kNames) {
    if (known == name) {
      ModelConfig config = shape(name);
      config.name = name;
      return config;
    }
    all += text(all.empty() ? "" : ", ", known);
  }
  return Error(ErrorCode::kInvalidArgument, text("there is no shape \"", name, "\"; known are ", all));
}

}  // namespace lapilli
