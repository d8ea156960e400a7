// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/json.h"
#include "engine/io/file.h"
#include "engine/io/tokenizer.h"
#include "tests/support/shared_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include <zlib.h>
#include <nlohmann/json.hpp>

namespace lapilli::test {

/// The project's own small vocabularies and what the originals make of them.
inline std::filesystem::path golden_folder() {
  return LAPILLI_TOKENIZER_GOLDEN;
}

inline std::string file_content(const std::filesystem::path& path) {
  return read_text_file(path, uint64_t{64} << 20).value();
}

inline nlohmann::json json_file(const std::filesystem::path& path) {
  return parse_json(file_content(path)).value();
}

inline std::string gunzip(const std::filesystem::path& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  std::string content, block(1 << 16, '\0');
  for (int count; (count = gzread(file, block.data(), static_cast<unsigned>(block.size()))) > 0;) {
    content.append(block, 0, static_cast<size_t>(count));
  }
  gzclose(file);
  return content;
}

/// The tokenizer keys of a trusted GGUF file; just enough of the format to feed a test.
inline GgufVocabulary gguf_vocabulary(const std::string& file) {
  enum Type : uint32_t { kU32 = 4, kI32 = 5, kF32 = 6, kBool = 7, kString = 8, kArray = 9, kU64 = 10 };
  ByteReader reader(as_bytes(file));
  (void)reader.read<uint32_t>("magic");
  (void)reader.read<uint32_t>("version");
  (void)reader.read<uint64_t>("tensors");
  const auto count = reader.read<uint64_t>("pairs");
  const auto string = [&] {
    return std::string(as_string_view(reader.take(reader.read<uint64_t>("length"), "text")));
  };
  constexpr uint64_t kSizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  GgufVocabulary result;
  for (uint64_t i = 0; i < count; ++i) {
    const std::string key = string();
    const auto type = reader.read<uint32_t>("type");
    if (type == kArray) {
      const auto element = reader.read<uint32_t>("element type");
      const auto length = reader.read<uint64_t>("length");
      for (uint64_t k = 0; k < length; ++k) {
        if (element == kString) {
          std::string value = string();
          if (key == "tokenizer.ggml.tokens") result.tokens.push_back(std::move(value));
        } else if (key == "tokenizer.ggml.scores") {
          result.scores.push_back(reader.read<float>("score"));
        } else if (key == "tokenizer.ggml.token_type") {
          result.types.push_back(reader.read<int32_t>("type"));
        } else {
          reader.take(kSizes[element], "value");
        }
      }
    } else if (type == kString) {
      (void)string();
    } else if (key == "tokenizer.ggml.bos_token_id") {
      result.bos_id = reader.read<uint32_t>("id");
    } else if (key == "tokenizer.ggml.eos_token_id") {
      result.eos_id = reader.read<uint32_t>("id");
    } else if (key == "tokenizer.ggml.unknown_token_id") {
      result.unknown_id = reader.read<uint32_t>("id");
    } else {
      reader.take(kSizes[type], "value");
    }
  }
  return result;
}

/// The vocabulary as HF's converter writes a tokenizer.json: a merge for every split of a normal piece into
/// two pieces, ordered by the score of what they make.
inline std::string as_tokenizer_json(const Vocabulary& vocabulary, bool metaspace) {
  using Json = nlohmann::json;
  std::unordered_map<std::string, size_t> ids;
  std::vector<size_t> by_score;
  Json vocab = Json::object(), added = Json::array(), merges = Json::array();
  for (size_t id = 0; id < vocabulary.pieces.size(); ++id) {
    const VocabularyPiece& piece = vocabulary.pieces[id];
    vocab[piece.text] = id;
    if (piece.type == PieceType::kNormal) ids[piece.text] = id, by_score.push_back(id);
    if (piece.type == PieceType::kControl || piece.type == PieceType::kUnknown) {
      added.push_back({{"id", id}, {"content", piece.text}, {"special", true}});
    }
  }
  std::stable_sort(by_score.begin(), by_score.end(), [&](size_t a, size_t b) {
    return vocabulary.pieces[a].score > vocabulary.pieces[b].score;
  });
  for (const size_t id : by_score) {
    const std::string& whole = vocabulary.pieces[id].text;
    for (size_t cut = 1; cut < whole.size(); ++cut) {
      const std::string left = whole.substr(0, cut), right = whole.substr(cut);
      if (!ids.contains(left) || !ids.contains(right)) continue;
      if (metaspace)
        merges.push_back({left, right});
      else
        merges.push_back(left + " " + right);
    }
  }
  Json document = {{"version", "1.0"}, {"added_tokens", added}};
  document["model"] = {{"type", "BPE"},    {"unk_token", "<unk>"}, {"byte_fallback", true},
                       {"fuse_unk", true}, {"vocab", vocab},       {"merges", merges}};
  if (metaspace) {
    document["normalizer"] = nullptr;
    document["pre_tokenizer"] = {
        {"type", "Metaspace"}, {"replacement", "\u2581"}, {"prepend_scheme", "first"}, {"split", false}};
  } else {
    document["normalizer"] = {
        {"type", "Sequence"},
        {"normalizers",
         {{{"type", "Prepend"}, {"prepend", "\u2581"}},
          {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "\u2581"}}}}};
  }
  return document.dump();
}

/// The LLaMA vocabulary from each kind of file that may hold it.
struct NamedTokenizer {
  std::string name;
  Tokenizer tokenizer;
};
inline std::vector<NamedTokenizer> load_llama_tokenizers(const std::filesystem::path& data) {
  const auto folder = data / "tokenizers";
  const GgufVocabulary arrays = gguf_vocabulary(file_content(folder / "ggml-vocab-llama-spm.gguf"));
  GgufVocabulary unscored = arrays;
  unscored.scores.clear();
  std::vector<NamedTokenizer> result;
  result.push_back({"tokenizer.model", Tokenizer::open(folder / "llama-tokenizer.model").value()});
  const Vocabulary vocabulary = result.front().tokenizer.vocabulary();
  const auto add = [&](const char* name, Result<Vocabulary> read) {
    result.push_back({name, Tokenizer::create(std::move(read).value()).value()});
  };
  add("gguf", read_gguf_vocabulary(arrays));
  add("gguf without scores", read_gguf_vocabulary(unscored));
  add("tokenizer.json, Prepend", read_tokenizer_json(as_tokenizer_json(vocabulary, false)));
  add("tokenizer.json, Metaspace", read_tokenizer_json(as_tokenizer_json(vocabulary, true)));
  return result;
}

/// The same, loaded once.
inline const std::vector<NamedTokenizer>& llama_tokenizers(const std::filesystem::path& data) {
  static const std::vector<NamedTokenizer> kTokenizers = load_llama_tokenizers(data);
  return kTokenizers;
}

}  // namespace lapilli::test
