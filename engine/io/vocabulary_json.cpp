// SPDX-License-Identifier: Apache-2.0
#include "engine/base/json.h"
#include "engine/io/utf8.h"
#include "engine/io/vocabulary_repair.h"

#include <algorithm>
#include <unordered_map>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxDepth = 32;

[[noreturn]] void refuse(const std::string& message, const std::string& place) {
  throw Error(ErrorCode::kBadFile, message, place);
}

[[noreturn]] void unsupported(const std::string& message, const std::string& place) {
  throw Error(ErrorCode::kUnsupported, message, place);
}

const Json& member(const Json& object, const char* key, const std::string& place) {
  if (!object.is_object() || !object.contains(key)) refuse(text("has no '", key, "'"), place);
  return object.at(key);
}

std::string string_or(const Json& object, const char* key, const std::string& fallback) {
  if (!object.is_object()) return fallback;
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : fallback;
}

bool bool_or(const Json& object, const char* key, bool fallback) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() ? found->get<bool>() : fallback;
}

uint64_t id_of(const Json& value, const std::string& place) {
  if (!value.is_number_unsigned())
    refuse(text("the id is ", value.dump(), ", expected a whole number"), place);
  const auto id = value.get<uint64_t>();
  if (id >= VocabularyLimits::kPieces) {
    refuse(text("the id is ", id, ", the limit is ", VocabularyLimits::kPieces), place);
  }
  return id;
}

struct Merge {
  std::string left, right;
};

Merge merge_of(const Json& entry, size_t rank) {
  const std::string place = text("model.merges[", rank, "]");
  if (entry.is_array() && entry.size() == 2 && entry[0].is_string() && entry[1].is_string()) {
    return {entry[0].get<std::string>(), entry[1].get<std::string>()};
  }
  if (!entry.is_string()) refuse("is neither \"a b\" nor [\"a\", \"b\"]", place);
  const auto pair = entry.get<std::string>();
  const size_t blank = pair.find(' ');
  if (blank == std::string::npos || blank == 0 || blank + 1 == pair.size()) refuse("is not \"a b\"", place);
  return {pair.substr(0, blank), pair.substr(blank + 1)};
}

bool is_one_character(std::string_view text) {
  return !text.empty() && utf8_start(text).size_bytes == text.size();
}

/// Collects pieces by id; the ids must be unique and leave no gap.
class PieceTable {
 public:
  void add(uint64_t id, std::string name, PieceType type, const std::string& place) {
    if (!pieces_.emplace(id, VocabularyPiece{std::move(name), 0, type}).second) {
      refuse(text("the id ", id, " is taken by '", pieces_.at(id).text, "'"), place);
    }
  }
  VocabularyPiece* find(uint64_t id) {
    const auto found = pieces_.find(id);
    return found == pieces_.end() ? nullptr : &found->second;
  }
  std::vector<VocabularyPiece> in_order() {
    std::vector<VocabularyPiece> result;
    for (uint64_t id = 0; id < pieces_.size(); ++id) {
      VocabularyPiece* piece = find(id);
      if (!piece)
        refuse(text("no token has the id ", id, " although there are ", pieces_.size()), "model.vocab");
      result.push_back(std::move(*piece));
    }
    return result;
  }

 private:
  std::unordered_map<uint64_t, VocabularyPiece> pieces_;
};

// A piece that several merges make has the lowest of their ranks, which is when it first can arise. One that
// no merge makes can't arise at all, unless it is a single character.
void score_by_merges(const Json& merges, std::vector<VocabularyPiece>& pieces) {
  if (!merges.is_array()) refuse("is not an array", "model.merges");
  std::unordered_map<std::string, size_t> rank_of;
  for (size_t rank = 0; rank < merges.size(); ++rank) {
    const Merge merge = merge_of(merges[rank], rank);
    rank_of.emplace(merge.left + merge.right, rank);
  }
  for (VocabularyPiece& piece : pieces) {
    if (piece.type != PieceType::kNormal) continue;
    const auto found = rank_of.find(piece.text);
    piece.score = found != rank_of.end() ? -static_cast<float>(found->second) : -1e9f;
    if (found == rank_of.end() && !is_one_character(piece.text)) piece.type = PieceType::kUnused;
  }
}

void require_sentencepiece_like(const Json& document, const Json& model) {
  const std::string type = string_or(model, "type", "BPE");
  if (type != "BPE") unsupported(text("is '", type, "', only BPE is known"), "model.type");
  for (const char* key : {"pre_tokenizer", "decoder", "normalizer"}) {
    const auto part = document.find(key);
    if (part != document.end() && part->dump().find("\"ByteLevel\"") != std::string::npos) {
      unsupported("is ByteLevel, only vocabularies made by sentencepiece are known", key);
    }
  }
}

// "Prepend ▁" in the normalizer, or a Metaspace pre-tokenizer that prepends.
bool prepends_space(const Json& part) {
  if (part.is_array()) return std::any_of(part.begin(), part.end(), prepends_space);
  if (!part.is_object()) return false;
  const std::string type = string_or(part, "type", "");
  if (type == "Prepend") return true;
  if (type == "Metaspace") {
    return string_or(part, "prepend_scheme", bool_or(part, "add_prefix_space", true) ? "always" : "never") !=
           "never";
  }
  for (const char* key : {"normalizers", "pretokenizers"}) {
    if (part.contains(key) && prepends_space(part.at(key))) return true;
  }
  return false;
}

void add_added_tokens(const Json& document, const std::string& unknown, PieceTable& table) {
  const auto added = document.find("added_tokens");
  if (added == document.end()) return;
  if (!added->is_array()) refuse("is not an array", "added_tokens");
  for (size_t i = 0; i < added->size(); ++i) {
    const Json& entry = (*added)[i];
    const std::string place = text("added_tokens[", i, "]");
    const uint64_t id = id_of(member(entry, "id", place), place);
    const std::string content = string_or(entry, "content", "");
    if (content.empty()) refuse("has no 'content'", place);
    PieceType type = bool_or(entry, "special", false) ? PieceType::kControl : PieceType::kUserDefined;
    if (content == unknown) type = PieceType::kUnknown;
    VocabularyPiece* known = table.find(id);
    if (!known) {
      table.add(id, content, type, place);
    } else if (known->text == content) {
      known->type = type;
    } else {
      refuse(text("the id ", id, " of '", content, "' is '", known->text, "' in the vocabulary"), place);
    }
  }
}

int32_t id_of_text(const std::vector<VocabularyPiece>& pieces, std::string_view name) {
  const auto found =
      std::find_if(pieces.begin(), pieces.end(), [&](const auto& piece) { return piece.text == name; });
  return found == pieces.end() ? -1 : static_cast<int32_t>(found - pieces.begin());
}

Vocabulary read_document(const Json& document) {
  const Json& model = member(document, "model", "tokenizer.json");
  require_sentencepiece_like(document, model);
  const Json& vocab = member(model, "vocab", "model");
  if (!vocab.is_object()) refuse("is not an object", "model.vocab");
  const std::string unknown = string_or(model, "unk_token", "<unk>");
  PieceTable table;
  for (const auto& [name, id] : vocab.items()) {
    PieceType type = byte_piece_value(name) ? PieceType::kByte : PieceType::kNormal;
    if (name == unknown) type = PieceType::kUnknown;
    const std::string place = text("model.vocab['", name, "']");
    table.add(id_of(id, place), name, type, place);
  }
  add_added_tokens(document, unknown, table);
  Vocabulary vocabulary;
  vocabulary.pieces = table.in_order();
  score_by_merges(member(model, "merges", "model"), vocabulary.pieces);
  vocabulary.unknown_id = id_of_text(vocabulary.pieces, unknown);
  vocabulary.bos_id = id_of_text(vocabulary.pieces, "<s>");
  vocabulary.eos_id = id_of_text(vocabulary.pieces, "</s>");
  vocabulary.unknown_surface = " \xE2\x81\x87 ";
  const Json nothing;
  const auto part = [&](const char* key) -> const Json& {
    return document.contains(key) ? document[key] : nothing;
  };
  vocabulary.add_dummy_prefix = prepends_space(part("normalizer")) || prepends_space(part("pre_tokenizer"));
  return vocabulary;
}

}  // namespace

Result<Vocabulary> read_tokenizer_json(std::string_view file) {
  return try_result([&] {
    const Json document =
        parse_json(file, {.max_size_bytes = VocabularyLimits::kJsonSizeBytes, .max_depth = kMaxDepth})
            .value();
    return repaired(read_document(document)).value();
  });
}

}  // namespace lapilli
