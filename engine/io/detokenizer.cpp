// SPDX-License-Identifier: Apache-2.0
#include "engine/io/tokenizer.h"
#include "engine/io/utf8.h"
#include "engine/io/vocabulary_repair.h"

namespace lapilli {
namespace {

constexpr std::string_view kSpace = "\xE2\x96\x81";

}  // namespace

std::string with_spaces(std::string_view piece) {
  std::string result;
  while (!piece.empty()) {
    const bool space = piece.starts_with(kSpace);
    result += space ? ' ' : piece.front();
    piece.remove_prefix(space ? kSpace.size() : 1);
  }
  return result;
}

std::string Detokenizer::push(int32_t id) {
  const Vocabulary& vocabulary = tokenizer_->vocabulary();
  const PieceType type = tokenizer_->type(id);
  if (type == PieceType::kByte) {
    at_start_ = false;
    pending_bytes_ += static_cast<char>(byte_piece_value(tokenizer_->piece(id)).value());
    return take_complete_utf8(pending_bytes_);
  }
  std::string result = to_valid_utf8(pending_bytes_);
  pending_bytes_.clear();
  if (type == PieceType::kControl) return result;
  if (type == PieceType::kUnknown) {
    at_start_ = false;
    return result + vocabulary.unknown_surface;
  }
  std::string_view piece = tokenizer_->piece(id);
  const bool strips = vocabulary.add_dummy_prefix || vocabulary.remove_extra_whitespaces;
  if (at_start_ && strips && piece.starts_with(kSpace)) piece.remove_prefix(kSpace.size());
  at_start_ = false;
  return result + to_valid_utf8(with_spaces(piece));
}

std::string Detokenizer::finish() {
  std::string result = to_valid_utf8(pending_bytes_);
  pending_bytes_.clear();
  at_start_ = true;
  return result;
}

}  // namespace lapilli
