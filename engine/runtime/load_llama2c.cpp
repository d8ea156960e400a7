// SPDX-License-Identifier: Apache-2.0
#include "engine/model/weight_names.h"
#include "engine/runtime/load_model.h"
#include "engine/runtime/open_tokenizer.h"
#include "engine/runtime/weight_binding.h"

namespace lapilli::loading {
namespace {

namespace fs = std::filesystem;

struct Llama2cFiles final : OpenFiles {
  explicit Llama2cFiles(Llama2cFile file_in) : file(std::move(file_in)) {}
  Llama2cFile file;
};

LlamaConfig language_of(const Llama2cConfig& header) {
  LlamaConfig config;
  config.dim = header.dim;
  config.ffn = header.ffn;
  config.layers = header.num_layers;
  config.heads = header.num_heads;
  config.kv_heads = header.num_kv_heads;
  config.head_dim = header.dim / header.num_heads;
  config.vocab = header.vocab;
  config.context = header.context;
  config.rope_pairing = ops::RopePairing::kInterleaved;
  config.tied_embeddings = !header.has_output;
  return config;
}

/// tok512.bin for a vocabulary of 512, or tokenizer.bin, beside the model.
std::optional<Tokenizer> tokenizer_beside(const fs::path& model, uint32_t vocab) {
  for (const std::string& name :
       {text("tok", vocab, ".bin"), std::string("tokenizer.bin"), std::string("tokenizer.model")}) {
    const fs::path path = model.parent_path() / name;
    if (fs::exists(path)) return Tokenizer::open(path).value();
  }
  return std::nullopt;
}

}  // namespace

Result<LoadedModel> load_llama2c(const ModelPaths& paths, DType activation) {
  return try_result([&] {
    auto files = std::make_unique<Llama2cFiles>(Llama2cFile::open(paths.model).value());
    LoadedModel model;
    model.config.name = paths.model.stem().string();
    model.config.language = language_of(files->file.config());
    if (auto valid = validate(model.config); !valid) throw valid.error().within(paths.model.string());
    const StoredWeights stored = {.find = [&](const std::string& name) -> const StoredTensor* {
                                    for (const std::string& candidate : checkpoint_names(name)) {
                                      if (const StoredTensor* tensor = files->file.find(candidate))
                                        return tensor;
                                    }
                                    return nullptr;
                                  },
                                  .place =
                                      [&](const std::string& name) {
                                        return text(paths.model.string(), ": ",
                                                    checkpoint_names(name).front());
                                      }};
    model.weights = bind_weights(model_weights(model.config), stored, activation).value();
    model.tokenizer = paths.tokenizer.empty()
                          ? tokenizer_beside(paths.model, model.config.language.vocab)
                          : std::optional<Tokenizer>(open_tokenizer(paths.tokenizer).value());
    model.facts.format = "llama2.c";
    model.facts.template_name = "raw";
    model.facts.files.push_back(paths.model.string());
    model.files = std::move(files);
    return model;
  });
}

}  // namespace lapilli::loading
