// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/open_tokenizer.h"

#include "engine/io/detect.h"
#include "engine/io/file.h"
#include "engine/runtime/model_config_gguf.h"

namespace lapilli {
namespace {

Result<Tokenizer> from_gguf(const std::filesystem::path& path) {
  auto file = GgufFile::open(path);
  if (!file) return file.error();
  auto vocabulary = read_gguf_tokenizer(*file);
  if (!vocabulary) return within_gguf(path.string(), vocabulary.error());
  auto tokenizer = Tokenizer::create(std::move(*vocabulary));
  if (!tokenizer) return tokenizer.error().within(path.string());
  return tokenizer;
}

}  // namespace

Result<Tokenizer> open_tokenizer(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return Tokenizer::open(path);
  auto file = MappedFile::open(path);
  if (!file) return file.error();
  return detect(file->bytes()) == FileKind::kGguf ? from_gguf(path) : Tokenizer::open(path);
}

}  // namespace lapilli
