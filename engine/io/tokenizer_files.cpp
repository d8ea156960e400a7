// SPDX-License-Identifier: Apache-2.0
#include "engine/base/json.h"
#include "engine/io/file.h"
#include "engine/io/tokenizer.h"

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr size_t kSideFileBytes = size_t{16} << 20;

Vocabulary read_vocabulary(const fs::path& path) {
  const MappedFile file = MappedFile::open(path).value();
  const Bytes bytes = file.bytes();
  const std::string_view content = as_string_view(bytes);
  if (content.starts_with("version https://git-lfs")) {
    throw Error(ErrorCode::kBadFile,
                "this is a Git-LFS pointer, not the tokenizer: download the file itself");
  }
  if (content.starts_with('<')) {
    throw Error(ErrorCode::kBadFile, "this is a web page, not a tokenizer: download the file itself");
  }
  if (content.starts_with('{')) return read_tokenizer_json(content).value();
  // A model's first byte is the tag of its first piece, and a piece isn't empty; tok*.bin starts with a small
  // u32.
  if (content.size() >= 4 && content.substr(1, 3) == std::string_view("\0\0\0", 3)) {
    return read_llama2c_vocabulary(bytes).value();
  }
  if (!is_sentencepiece_model(bytes)) {
    throw Error(ErrorCode::kBadFile,
                "is no tokenizer of a known kind: tokenizer.model of sentencepiece, tokenizer.json, a GGUF "
                "file, or tok*.bin of llama2.c");
  }
  return read_sentencepiece_model(bytes).value();
}

Json read_side_file(const fs::path& path) {
  if (!fs::exists(path)) return Json::object();
  Json document = parse_json(read_text_file(path, kSideFileBytes).value(), {.max_depth = 32}).value();
  if (!document.is_object()) throw Error(ErrorCode::kBadFile, "is not a JSON object");
  return document;
}

std::vector<AddedToken> added_tokens_json(const Json& document) {
  std::vector<AddedToken> added;
  for (const auto& [content, id] : document.items()) {
    if (!id.is_number_integer()) throw Error(ErrorCode::kBadFile, "the id is not a whole number", content);
    added.push_back({id.get<int64_t>(), content, true});
  }
  return added;
}

std::vector<AddedToken> added_tokens_decoder(const Json& config) {
  std::vector<AddedToken> added;
  const auto decoder = config.find("added_tokens_decoder");
  if (decoder == config.end() || !decoder->is_object()) return added;
  for (const auto& [key, token] : decoder->items()) {
    const bool number =
        !key.empty() && key.size() < 10 && key.find_first_not_of("0123456789") == std::string::npos;
    if (!number || !token.is_object() || !token.contains("content") || !token["content"].is_string()) {
      throw Error(ErrorCode::kBadFile, text("entry '", key, "' is not {id: {content}}"),
                  "added_tokens_decoder");
    }
    const bool special =
        token.contains("special") && token["special"].is_boolean() && token["special"].get<bool>();
    added.push_back({std::stoll(key), token["content"].get<std::string>(), special});
  }
  return added;
}

/// Runs `step` and puts the file's name in front of what it says.
template <class Step>
auto within_file(const fs::path& path, Step&& step) {
  try {
    return step();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kNotFound || error.place().starts_with(path.string())) throw;
    throw error.within(path.string());
  }
}

Vocabulary read_folder(const fs::path& folder) {
  const fs::path model = folder / "tokenizer.model", json = folder / "tokenizer.json";
  if (!fs::exists(model) && !fs::exists(json)) {
    throw Error(ErrorCode::kNotFound, "the folder has neither tokenizer.model nor tokenizer.json",
                folder.string());
  }
  if (!fs::exists(model)) return within_file(json, [&] { return read_vocabulary(json); });
  Vocabulary vocabulary = within_file(model, [&] { return read_vocabulary(model); });
  const fs::path config = folder / "tokenizer_config.json", extra = folder / "added_tokens.json";
  std::vector<AddedToken> added =
      within_file(config, [&] { return added_tokens_decoder(read_side_file(config)); });
  if (added.empty()) added = within_file(extra, [&] { return added_tokens_json(read_side_file(extra)); });
  if (added.empty()) return vocabulary;
  return within_file(folder,
                     [&] { return with_added_tokens(std::move(vocabulary), std::move(added)).value(); });
}

}  // namespace

Result<Tokenizer> Tokenizer::open(const fs::path& file_or_folder) {
  return try_result([&] {
    if (fs::is_directory(file_or_folder)) return create(read_folder(file_or_folder)).value();
    return within_file(file_or_folder, [&] { return create(read_vocabulary(file_or_folder)).value(); });
  });
}

}  // namespace lapilli
