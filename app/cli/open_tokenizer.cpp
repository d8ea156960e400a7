// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/open_tokenizer.h"

#include "engine/io/detect.h"
#include "engine/io/file.h"
#include "engine/io/llama2c.h"
#include "engine/runtime/loaded_model.h"
#include "engine/runtime/open_tokenizer.h"

namespace lapilli::cli {
namespace {

/// Of a model whose tokenizer lies apart from its weights.
Result<Tokenizer> from_model(const std::filesystem::path& path) {
  auto model =
      load_model({.model = path, .projector = {}, .vision = {}, .base = {}, .tokenizer = {}}, DType::f32);
  if (!model) return model.error();
  if (!model->tokenizer) return Error(ErrorCode::kNotFound, "the model has no tokenizer", path.string());
  return std::move(*model->tokenizer);
}

}  // namespace

Result<Tokenizer> open_any_tokenizer(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) {
    const bool own =
        std::filesystem::exists(path / "tokenizer.model") || std::filesystem::exists(path / "tokenizer.json");
    return own ? open_tokenizer(path) : from_model(path);
  }
  auto file = MappedFile::open(path);
  if (!file) return file.error();
  const FileKind kind = detect(file->bytes());
  const bool weights = kind == FileKind::kSafetensors || kind == FileKind::kZip ||
                       (kind == FileKind::kOther && Llama2cFile::detect(file->bytes()));
  return weights ? from_model(path) : open_tokenizer(path);
}

}  // namespace lapilli::cli
