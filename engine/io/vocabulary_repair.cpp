// SPDX-License-Identifier: Apache-2.0
#include "engine/io/vocabulary_repair.h"

#include <cmath>
#include <unordered_set>

namespace lapilli {
namespace {

std::optional<unsigned> upper_hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

[[noreturn]] void refuse(const std::string& message, const std::string& place = {}) {
  throw Error(ErrorCode::kBadFile, message, place);
}

void check_limits(const Vocabulary& vocabulary) {
  const auto& pieces = vocabulary.pieces;
  if (pieces.empty()) refuse("the vocabulary has no pieces");
  if (pieces.size() > VocabularyLimits::kPieces) {
    refuse(text("the vocabulary has ", pieces.size(), " pieces, the limit is ", VocabularyLimits::kPieces));
  }
  for (size_t id = 0; id < pieces.size(); ++id) {
    if (!std::isfinite(pieces[id].score)) refuse("the score is not a finite number", text("piece ", id));
    if (pieces[id].text.size() > VocabularyLimits::kPieceSizeBytes) {
      refuse(text("the text has ", pieces[id].text.size(), " bytes, the limit is ",
                  VocabularyLimits::kPieceSizeBytes),
             text("piece ", id));
    }
  }
}

void check_id(int32_t id, size_t pieces, const char* name) {
  if (id < -1 || (id >= 0 && static_cast<size_t>(id) >= pieces)) {
    refuse(text(name, " id is ", id, ", the vocabulary has ", pieces, " pieces"));
  }
}

void retire_unusable_texts(std::vector<VocabularyPiece>& pieces) {
  std::unordered_set<std::string_view> used;
  for (VocabularyPiece& piece : pieces) {
    if (piece.text.empty() || !used.insert(piece.text).second) piece.type = PieceType::kUnused;
  }
}

void repair_unknown(Vocabulary& vocabulary) {
  for (size_t id = 0; id < vocabulary.pieces.size(); ++id) {
    PieceType& type = vocabulary.pieces[id].type;
    if (static_cast<int32_t>(id) == vocabulary.unknown_id) {
      type = PieceType::kUnknown;
    } else if (type == PieceType::kUnknown) {
      type = PieceType::kUnused;
    }
  }
}

void repair_bytes(Vocabulary& vocabulary) {
  size_t valid = 0;
  for (VocabularyPiece& piece : vocabulary.pieces) {
    if (piece.type != PieceType::kByte) continue;
    if (byte_piece_value(piece.text)) {
      ++valid;
    } else {
      piece.type = PieceType::kUnused;
    }
  }
  vocabulary.byte_fallback = valid == 256;
  if (vocabulary.byte_fallback) return;
  for (VocabularyPiece& piece : vocabulary.pieces) {
    if (piece.type == PieceType::kByte) piece.type = PieceType::kUnused;
  }
}

}  // namespace

std::optional<uint8_t> byte_piece_value(std::string_view text) {
  if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') return std::nullopt;
  const auto high = upper_hex_digit(text[3]), low = upper_hex_digit(text[4]);
  if (!high || !low) return std::nullopt;
  return static_cast<uint8_t>(*high * 16 + *low);
}

Result<Vocabulary> repaired(Vocabulary vocabulary) {
  return try_result([&] {
    check_limits(vocabulary);
    const size_t pieces = vocabulary.pieces.size();
    check_id(vocabulary.bos_id, pieces, "begin-of-text");
    check_id(vocabulary.eos_id, pieces, "end-of-text");
    check_id(vocabulary.unknown_id, pieces, "unknown");
    if (vocabulary.unknown_id < 0) refuse("the vocabulary names no unknown piece");
    retire_unusable_texts(vocabulary.pieces);
    repair_unknown(vocabulary);
    repair_bytes(vocabulary);
    for (const int32_t id : {vocabulary.bos_id, vocabulary.eos_id}) {
      if (id >= 0 && id != vocabulary.unknown_id) vocabulary.pieces[id].type = PieceType::kControl;
    }
    return std::move(vocabulary);
  });
}

}  // namespace lapilli
