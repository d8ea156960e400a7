// SPDX-License-Identifier: Apache-2.0
#include "engine/io/charsmap.h"
#include "engine/io/protobuf.h"
#include "engine/io/vocabulary_repair.h"

#include <unordered_set>

namespace lapilli {
namespace {

// Field numbers of sentencepiece_model.proto.
namespace model {
constexpr uint32_t kPieces = 1, kTrainerSpec = 2, kNormalizerSpec = 3;
}
namespace piece {
constexpr uint32_t kText = 1, kScore = 2, kType = 3;
}
namespace trainer {
constexpr uint32_t kModelType = 3, kVocabSize = 4, kWhitespaceAsSuffix = 24, kByteFallback = 35,
                   kUnknownId = 40, kBosId = 41, kEosId = 42, kPadId = 43, kUnknownSurface = 44,
                   kUnknownPiece = 45, kBosPiece = 46, kEosPiece = 47;
}
namespace normalizer {
constexpr uint32_t kName = 1, kCharsmap = 2, kAddDummyPrefix = 3, kRemoveExtraWhitespaces = 4,
                   kEscapeWhitespaces = 5;
}

constexpr std::string_view kDefaultUnknownSurface = " \xE2\x81\x87 ";

[[noreturn]] void refuse(const std::string& message, const std::string& place = {}) {
  throw Error(ErrorCode::kBadFile, message, place);
}

/// What the file says beside the pieces, before it is checked.
struct Header {
  std::string bos_piece = "<s>";
  std::string eos_piece = "</s>";
  uint64_t model_type = 1;
  bool byte_fallback = false;
};

VocabularyPiece read_piece(Bytes message, size_t id) {
  VocabularyPiece result;
  uint64_t type = 1;
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == piece::kText) result.text = field->as_string();
    if (field->number == piece::kScore) result.score = field->as_float();
    if (field->number == piece::kType) type = field->as_varint();
  }
  if (type < 1 || type > 6) refuse(text("type is ", type, ", expected 1 to 6"), text("piece ", id));
  result.type = static_cast<PieceType>(type);
  return result;
}

void read_trainer(Bytes message, Header& header, Vocabulary& vocabulary) {
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    switch (field->number) {
      case trainer::kModelType:
        header.model_type = field->as_varint();
        break;
      case trainer::kWhitespaceAsSuffix:
        vocabulary.treat_whitespace_as_suffix = field->as_bool();
        break;
      case trainer::kByteFallback:
        header.byte_fallback = field->as_bool();
        break;
      case trainer::kUnknownSurface:
        vocabulary.unknown_surface = field->as_string();
        break;
      case trainer::kBosPiece:
        header.bos_piece = field->as_string();
        break;
      case trainer::kEosPiece:
        header.eos_piece = field->as_string();
        break;
      default:
        break;
    }
  }
}

void read_normalizer(Bytes message, Vocabulary& vocabulary) {
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    switch (field->number) {
      case normalizer::kCharsmap:
        vocabulary.precompiled_charsmap = field->as_string();
        break;
      case normalizer::kAddDummyPrefix:
        vocabulary.add_dummy_prefix = field->as_bool();
        break;
      case normalizer::kRemoveExtraWhitespaces:
        vocabulary.remove_extra_whitespaces = field->as_bool();
        break;
      case normalizer::kEscapeWhitespaces:
        vocabulary.escape_whitespaces = field->as_bool();
        break;
      default:
        break;
    }
  }
}

// The rules by which the library itself refuses a model, with a better sentence.
void check_pieces(const Vocabulary& vocabulary, bool byte_fallback) {
  std::unordered_set<std::string_view> seen;
  size_t unknown = 0, bytes = 0;
  for (size_t id = 0; id < vocabulary.pieces.size(); ++id) {
    const VocabularyPiece& piece = vocabulary.pieces[id];
    if (piece.text.empty()) refuse("the text is empty", text("piece ", id));
    if (!seen.insert(piece.text).second)
      refuse(text("the text '", piece.text, "' appears twice"), text("piece ", id));
    unknown += piece.type == PieceType::kUnknown;
    bytes += piece.type == PieceType::kByte;
    if (piece.type == PieceType::kByte && !byte_piece_value(piece.text)) {
      refuse(text("'", piece.text, "' is not the text of a byte piece"), text("piece ", id));
    }
  }
  if (unknown != 1) refuse(text("the vocabulary has ", unknown, " unknown pieces, expected 1"));
  if (byte_fallback != (bytes == 256) || (!byte_fallback && bytes > 0)) {
    refuse(text("the vocabulary has ", bytes, " byte pieces, expected ", byte_fallback ? 256 : 0));
  }
}

int32_t control_piece(const Vocabulary& vocabulary, std::string_view name) {
  for (size_t id = 0; id < vocabulary.pieces.size(); ++id) {
    const VocabularyPiece& piece = vocabulary.pieces[id];
    if (piece.type == PieceType::kControl && piece.text == name) return static_cast<int32_t>(id);
  }
  return -1;
}

Vocabulary read_model(Bytes file) {
  if (file.size() > VocabularyLimits::kModelSizeBytes) {
    refuse(text("a tokenizer model of ", file.size(), " bytes is over the limit of ",
                VocabularyLimits::kModelSizeBytes));
  }
  Header header;
  Vocabulary vocabulary;
  vocabulary.remove_extra_whitespaces = true;  // the schema's default; LLaMA's file says false
  vocabulary.unknown_surface = kDefaultUnknownSurface;
  ProtoReader reader(file);
  while (const auto field = reader.next()) {
    if (field->number == model::kPieces) {
      if (vocabulary.pieces.size() == VocabularyLimits::kPieces) {
        refuse(text("the vocabulary has more than ", VocabularyLimits::kPieces, " pieces"));
      }
      vocabulary.pieces.push_back(read_piece(field->as_message(), vocabulary.pieces.size()));
    } else if (field->number == model::kTrainerSpec) {
      read_trainer(field->as_message(), header, vocabulary);
    } else if (field->number == model::kNormalizerSpec) {
      read_normalizer(field->as_message(), vocabulary);
    }
  }
  if (header.model_type != 1 && header.model_type != 2) {
    throw Error(ErrorCode::kUnsupported, text("the tokenizer's model type is ", header.model_type,
                                              ", only unigram (1) and BPE (2) are known"));
  }
  vocabulary.algorithm = static_cast<Vocabulary::Algorithm>(header.model_type);
  if (vocabulary.pieces.empty()) refuse("the vocabulary has no pieces: this is not a sentencepiece model");
  check_pieces(vocabulary, header.byte_fallback);
  check_charsmap(vocabulary.precompiled_charsmap);
  for (size_t id = 0; id < vocabulary.pieces.size(); ++id) {
    if (vocabulary.pieces[id].type == PieceType::kUnknown) vocabulary.unknown_id = static_cast<int32_t>(id);
  }
  vocabulary.bos_id = control_piece(vocabulary, header.bos_piece);
  vocabulary.eos_id = control_piece(vocabulary, header.eos_piece);
  return vocabulary;
}

std::string piece_message(const VocabularyPiece& piece, const std::string& name) {
  ProtoWriter writer;
  writer.bytes(piece::kText, name).float32(piece::kScore, piece.score);
  writer.varint(piece::kType, static_cast<uint64_t>(piece.type));
  return writer.message();
}

// Every piece under a text of its own: the library takes neither empty nor repeated ones.
std::vector<std::string> distinct_texts(const std::vector<VocabularyPiece>& pieces) {
  std::unordered_set<std::string> taken;
  for (const auto& piece : pieces) taken.insert(piece.text);
  std::unordered_set<std::string_view> seen;
  std::vector<std::string> result;
  for (size_t id = 0; id < pieces.size(); ++id) {
    std::string name = pieces[id].text;
    if (name.empty() || !seen.insert(pieces[id].text).second) {
      name = text("<unused_", id, ">");
      while (!taken.insert(name).second) name += '_';
    }
    result.push_back(std::move(name));
  }
  return result;
}

}  // namespace

Result<Vocabulary> read_sentencepiece_model(Bytes file) {
  return try_result([&] { return repaired(read_model(file)).value(); });
}

bool is_sentencepiece_model(Bytes file) {
  const auto begins = try_result([&] {
    const auto first = ProtoReader(file).next();
    if (!first || first->number != model::kPieces) return false;
    ProtoReader parts(first->as_message());
    while (const auto part = parts.next()) {
      if (part->number == piece::kText && !part->as_string().empty()) return true;
    }
    return false;
  });
  return begins.ok() && *begins;
}

std::string serialize_sentencepiece_model(const Vocabulary& vocabulary) {
  const std::vector<std::string> texts = distinct_texts(vocabulary.pieces);
  ProtoWriter writer;
  for (size_t id = 0; id < texts.size(); ++id) {
    writer.bytes(model::kPieces, piece_message(vocabulary.pieces[id], texts[id]));
  }
  ProtoWriter spec;
  spec.varint(trainer::kModelType, static_cast<uint64_t>(vocabulary.algorithm));
  spec.varint(trainer::kVocabSize, vocabulary.pieces.size());
  spec.varint(trainer::kWhitespaceAsSuffix, vocabulary.treat_whitespace_as_suffix);
  spec.varint(trainer::kByteFallback, vocabulary.byte_fallback);
  spec.int32(trainer::kUnknownId, vocabulary.unknown_id);
  spec.int32(trainer::kBosId, vocabulary.bos_id);
  spec.int32(trainer::kEosId, vocabulary.eos_id);
  spec.int32(trainer::kPadId, -1);
  spec.bytes(trainer::kUnknownSurface, vocabulary.unknown_surface);
  spec.bytes(trainer::kUnknownPiece, texts[vocabulary.unknown_id]);
  if (vocabulary.bos_id >= 0) spec.bytes(trainer::kBosPiece, texts[vocabulary.bos_id]);
  if (vocabulary.eos_id >= 0) spec.bytes(trainer::kEosPiece, texts[vocabulary.eos_id]);
  writer.bytes(model::kTrainerSpec, spec.message());
  ProtoWriter rules;
  rules.bytes(normalizer::kName, vocabulary.precompiled_charsmap.empty() ? "identity" : "user_defined");
  rules.bytes(normalizer::kCharsmap, vocabulary.precompiled_charsmap);
  rules.varint(normalizer::kAddDummyPrefix, vocabulary.add_dummy_prefix);
  rules.varint(normalizer::kRemoveExtraWhitespaces, vocabulary.remove_extra_whitespaces);
  rules.varint(normalizer::kEscapeWhitespaces, vocabulary.escape_whitespaces);
  writer.bytes(model::kNormalizerSpec, rules.message());
  return writer.message();
}

}  // namespace lapilli
