// SPDX-License-Identifier: Apache-2.0
#include "tests/support/small_model.h"

#include "engine/runtime/random_model.h"

namespace lapilli::test {
namespace {

Vocabulary golden_vocabulary() {
  return Tokenizer::open(LAPILLI_GOLDEN_TOKENIZER "/tiny.model").value().vocabulary();
}

}  // namespace

LoadedModel small_model(const SmallModelOptions& options) {
  Vocabulary vocabulary = golden_vocabulary();
  if (options.eos_id) vocabulary.eos_id = *options.eos_id;
  const auto tokens = static_cast<uint32_t>(vocabulary.pieces.size());

  ModelConfig config{.name = "small", .language = {}, .vision = {}, .projector = {}};
  LlamaConfig& language = config.language;
  language.dim = options.dim;
  language.ffn = options.dim * 3 / 2;
  language.layers = options.layers;
  language.heads = 4;
  language.kv_heads = 2;
  language.head_dim = options.dim / 4;
  language.vocab = tokens + kPaddingRows;
  language.context = options.context;
  if (options.vision) {
    VisionConfig& vision = config.vision.emplace();
    vision.dim = 32;
    vision.layers = 2;
    vision.heads = 2;
    vision.ffn = 64;
    vision.image_size = 56;
    config.image_token = static_cast<int32_t>(tokens) - 1;
  }
  LoadedModel model = random_model(config, FileType::f16, options.activation, options.seed);
  model.tokenizer = Tokenizer::create(std::move(vocabulary)).value();
  return model;
}

}  // namespace lapilli::test
