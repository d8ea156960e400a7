// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/random_model.h"

#include "engine/base/hash.h"
#include "engine/model/weight_names.h"
#include "engine/runtime/load_model.h"
#include "engine/runtime/random_weights.h"

#include <algorithm>

namespace lapilli {
namespace {

DType dtype_of(const WeightInfo& info, const ModelConfig& config, FileType type, DType activation) {
  if (info.kind == WeightKind::kVector) return DType::f32;
  if (info.kind == WeightKind::kActivation) return activation;
  const std::string name = gguf_name(info.name, true);
  const uint64_t shape[] = {info.shape.rows(), info.shape.cols()};
  if (is_vision_weight(info.name))
    return projector_recipe_dtype(type, name, shape, type == FileType::f32 ? DType::f32 : DType::f16);
  const RecipeModel model{.num_layers = config.language.layers,
                          .has_output = !config.language.tied_embeddings};
  return recipe_dtype(type, model, name, shape);
}

/// Ones for norms, zeros for biases, random rows for the rest.
WeightSource source_of(const WeightInfo& info, const TensorType& type, uint64_t seed) {
  WeightSource source{.name = info.name, .type = type, .group = info.group, .stack = info.stack, .read = {}};
  if (info.kind == WeightKind::kVector) {
    const float value = info.name.ends_with(".bias") ? 0.0f : 1.0f;
    source.read = [value](uint64_t, std::span<std::byte> to) -> Result<void> {
      for (size_t at = 0; at < to.size(); at += sizeof(float)) store(&to[at], value);
      return {};
    };
  } else {
    source.read = [rows = RandomRows(type, seed ^ fnv1a(as_bytes(info.name)))](
                      uint64_t first_row, std::span<std::byte> to) -> Result<void> {
      rows.fill(first_row, to);
      return {};
    };
  }
  return source;
}

/// A space alone, then a space and letters: every number has a word of its own.
std::string made_word(uint32_t number) {
  std::string word = "\xe2\x96\x81";
  for (; number > 0; number = (number - 1) / 26) word += static_cast<char>('a' + (number - 1) % 26);
  return word;
}

}  // namespace

LoadedModel random_model(const ModelConfig& config, FileType type, DType activation, uint64_t seed) {
  LoadedModel model;
  model.config = config;
  model.facts.format = "random weights";
  for (const WeightInfo& info : loading::model_weights(config)) {
    const TensorType stored{dtype_of(info, config, type, activation), info.shape};
    model.weights.push_back(source_of(info, stored, seed));
  }
  loading::describe_weights(model);
  return model;
}

Vocabulary made_vocabulary(uint32_t size) {
  constexpr uint32_t kFirstWord = 259;
  if (size < kFirstWord) {
    throw Error(
        ErrorCode::kInvalidArgument,
        text("a vocabulary of ", size, " pieces was asked for, at least ", kFirstWord, " are needed"));
  }
  Vocabulary vocabulary;
  vocabulary.pieces = {
      {"<unk>", 0, PieceType::kUnknown}, {"<s>", 0, PieceType::kControl}, {"</s>", 0, PieceType::kControl}};
  constexpr const char* kDigits = "0123456789ABCDEF";
  for (uint32_t byte = 0; byte < 256; ++byte) {
    const std::string digits = {kDigits[byte / 16], kDigits[byte % 16]};
    vocabulary.pieces.push_back({"<0x" + digits + ">", 0, PieceType::kByte});
  }
  for (uint32_t word = 0; word + kFirstWord < size; ++word)
    vocabulary.pieces.push_back({made_word(word), -static_cast<float>(word), PieceType::kNormal});
  return vocabulary;
}

}  // namespace lapilli
