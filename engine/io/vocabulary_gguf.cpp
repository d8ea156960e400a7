// SPDX-License-Identifier: Apache-2.0
#include "engine/io/vocabulary_repair.h"

#include <algorithm>

namespace lapilli {
namespace {

constexpr std::string_view kSpace = "\xE2\x96\x81";
constexpr float kWhitespaceScore = -1e9f;

[[noreturn]] void refuse(const std::string& message, const std::string& place = {}) {
  throw Error(ErrorCode::kBadFile, message, place);
}

void require_length(size_t values, size_t tokens, const char* key) {
  if (values != 0 && values != tokens) refuse(text("has ", values, " entries for ", tokens, " tokens"), key);
}

int32_t id_from(const std::optional<int64_t>& value, int32_t fallback, size_t tokens, const char* key) {
  if (!value) return static_cast<size_t>(fallback) < tokens ? fallback : -1;
  if (*value < 0 || static_cast<uint64_t>(*value) >= tokens) {
    refuse(text("is ", *value, ", the vocabulary has ", tokens, " tokens"), key);
  }
  return static_cast<int32_t>(*value);
}

bool is_whitespace_run(std::string_view text) {
  size_t spaces = 0;
  for (; text.starts_with(kSpace); ++spaces) text.remove_prefix(kSpace.size());
  return text.empty() && spaces > 1;
}

// LLaMA numbers its merges in the order it learned them, and scores them so.
float score_from_order(std::string_view text, size_t id) {
  return is_whitespace_run(text) ? kWhitespaceScore : -static_cast<float>(id);
}

PieceType type_from(int32_t number, size_t id) {
  if (number == 0) return PieceType::kNormal;
  if (number < 1 || number > 6)
    refuse(text("is ", number, ", expected 0 to 6"), text("token_type of token ", id));
  return static_cast<PieceType>(number);
}

bool looks_special(std::string_view text) {
  return text.size() > 2 &&
         ((text.front() == '<' && text.back() == '>') || (text.front() == '[' && text.back() == ']'));
}

// Converters store added special tokens as user-defined pieces, which any text could produce.
void protect_added_tokens(std::vector<VocabularyPiece>& pieces) {
  for (size_t id = pieces.size(); id-- > 0;) {
    VocabularyPiece& piece = pieces[id];
    if (piece.type == PieceType::kNormal || piece.type == PieceType::kByte) return;
    if (piece.type == PieceType::kUserDefined && looks_special(piece.text)) piece.type = PieceType::kControl;
  }
}

// Converters fill the arrays up to the rows of the embedding table ("[PAD32002]"); those tokens do not exist.
void drop_padding(std::vector<VocabularyPiece>& pieces) {
  while (!pieces.empty() && pieces.back().type == PieceType::kUnused) pieces.pop_back();
}

}  // namespace

Result<Vocabulary> read_gguf_vocabulary(const GgufVocabulary& arrays) {
  return try_result([&] {
    const size_t tokens = arrays.tokens.size();
    require_length(arrays.scores.size(), tokens, "tokenizer.ggml.scores");
    require_length(arrays.types.size(), tokens, "tokenizer.ggml.token_type");
    Vocabulary vocabulary;
    vocabulary.pieces.reserve(tokens);
    for (size_t id = 0; id < tokens; ++id) {
      const std::string& name = arrays.tokens[id];
      const float score = arrays.scores.empty() ? score_from_order(name, id) : arrays.scores[id];
      vocabulary.pieces.push_back({name, score, type_from(arrays.types.empty() ? 0 : arrays.types[id], id)});
      if (arrays.types.empty() && byte_piece_value(name)) vocabulary.pieces.back().type = PieceType::kByte;
    }
    drop_padding(vocabulary.pieces);
    const size_t count = vocabulary.pieces.size();
    vocabulary.unknown_id = id_from(arrays.unknown_id, 0, count, "tokenizer.ggml.unknown_token_id");
    vocabulary.bos_id = id_from(arrays.bos_id, 1, count, "tokenizer.ggml.bos_token_id");
    vocabulary.eos_id = id_from(arrays.eos_id, 2, count, "tokenizer.ggml.eos_token_id");
    vocabulary.add_dummy_prefix = arrays.add_space_prefix;
    vocabulary.add_bos = arrays.add_bos;
    vocabulary.unknown_surface = " \xE2\x81\x87 ";
    protect_added_tokens(vocabulary.pieces);
    return repaired(std::move(vocabulary)).value();
  });
}

Result<Vocabulary> read_llama2c_vocabulary(Bytes file) {
  return try_result([&] {
    if (file.size() > VocabularyLimits::kModelSizeBytes) {
      refuse(text("a vocabulary of ", file.size(), " bytes is over the limit of ",
                  VocabularyLimits::kModelSizeBytes));
    }
    GgufVocabulary arrays;
    ByteReader reader(file);
    (void)reader.read<uint32_t>("the longest piece's length");
    while (reader.remaining() > 0) {
      arrays.scores.push_back(reader.read<float>("a score"));
      const auto length = reader.read<uint32_t>("a piece's length");
      std::string piece;
      for (const char c : as_string_view(reader.take(length, "a piece"))) {
        if (c == ' ')
          piece += kSpace;
        else
          piece += c;
      }
      arrays.types.push_back(
          static_cast<int32_t>(byte_piece_value(piece) ? PieceType::kByte : PieceType::kNormal));
      arrays.tokens.push_back(std::move(piece));
    }
    // Its exporter puts line breaks around the two, for printing.
    if (arrays.tokens.size() > 1 && arrays.tokens[1] == "\n<s>\n") arrays.tokens[1] = "<s>";
    if (arrays.tokens.size() > 2 && arrays.tokens[2] == "\n</s>\n") arrays.tokens[2] = "</s>";
    return read_gguf_vocabulary(arrays).value();
  });
}

Result<Vocabulary> with_added_tokens(Vocabulary vocabulary, std::vector<AddedToken> added) {
  return try_result([&] {
    std::sort(added.begin(), added.end(),
              [](const AddedToken& a, const AddedToken& b) { return a.id < b.id; });
    for (AddedToken& token : added) {
      auto& pieces = vocabulary.pieces;
      const PieceType type = token.special ? PieceType::kControl : PieceType::kUserDefined;
      if (token.id >= 0 && static_cast<uint64_t>(token.id) < pieces.size()) {
        VocabularyPiece& piece = pieces[static_cast<size_t>(token.id)];
        if (piece.text != token.text) {
          refuse(text("id ", token.id, " is '", piece.text, "' in the vocabulary"),
                 text("added token '", token.text, "'"));
        }
        if (piece.type != PieceType::kUnknown && piece.type != PieceType::kByte) piece.type = type;
      } else if (token.id >= 0 && static_cast<uint64_t>(token.id) == pieces.size()) {
        pieces.push_back({std::move(token.text), 0, type});
      } else {
        refuse(text("id ", token.id, " leaves a gap, the vocabulary has ", pieces.size(), " pieces"),
               text("added token '", token.text, "'"));
      }
    }
    return repaired(std::move(vocabulary)).value();
  });
}

}  // namespace lapilli
