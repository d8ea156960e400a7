// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/open_tokenizer.h"

#include "engine/io/detect.h"
#include "engine/io/file.h"
#include "engine/io/llama2c.h"
#include "engine/runtime/loaded_model.h"
#include "engine/runtime/model_config_gguf.h"

namespace lapilli::cli {
namespace {

Result<Tokenizer> from_gguf(const std::filesystem::path& path) {
  auto file = GgufFile::open(path);
  if (!file) return file.error();
  auto vocabulary = read_gguf_tokenizer(*file);
  if (!vocabulary) return vocabulary.error().within(path.string());
  return Tokenizer::create(std::move(*vocabulary));
}

/// Of a model whose tokenizer lies apart from its weights.
Result<Tokenizer> from_model(const std::filesystem::path& path) {
  auto model =
      load_model({.model = path, .projector = {}, .vision = {}, .base = {}, .tokenizer = {}}, DType::f32);
  if (!model) return model.error();
  if (!model->tokenizer) return Error(ErrorCode::kNotFound, "the model has no tokenizer", path.string());
  return std::move(*model->tokenizer);
}

}  // namespace

Result<Tokenizer> open_tokenizer(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) {
    const bool own =
        std::filesystem::exists(path / "tokenizer.model") || std::filesystem::exists(path / "tokenizer.json");
    return own ? Tokenizer::open(path) : from_model(path);
  }
  auto file = MappedFile::open(path);
  if (!file) return file.error();
  const FileKind kind = detect(file->bytes());
  if (kind == FileKind::kGguf) return from_gguf(path);
  const bool weights = kind == FileKind::kSafetensors || kind == FileKind::kZip ||
                       (kind == FileKind::kOther && Llama2cFile::detect(file->bytes()));
  return weights ? from_model(path) : Tokenizer::open(path);
}

}  // namespace lapilli::cli
