// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/token_trie.h"

#include "engine/io/utf8.h"
#include "engine/io/vocabulary_repair.h"

#include <algorithm>
#include <bitset>

namespace lapilli {
namespace {

/// What a token adds to a text; nothing where it cannot stand in one.
std::string text_of(const Tokenizer& tokenizer, int32_t id) {
  const PieceType type = tokenizer.type(id);
  if (type == PieceType::kByte)
    return std::string(1, static_cast<char>(byte_piece_value(tokenizer.piece(id)).value()));
  if (type != PieceType::kNormal && type != PieceType::kUserDefined) return {};
  std::string text = with_spaces(tokenizer.piece(id));
  return text.size() > TokenTrie::kLongestToken || to_valid_utf8(text) != text ? std::string() : text;
}

void require_bytes(const std::bitset<256>& written) {
  for (size_t byte = 0; byte < 0xF5; ++byte) {
    if (byte == 0xC0 || byte == 0xC1 || written[byte]) continue;
    throw Error(ErrorCode::kUnsupported,
                text("the model's vocabulary has no token for the byte ", byte,
                     ", so answers of a given form cannot be written; ask in free form"));
  }
}

}  // namespace

TokenTrie::TokenTrie(const Tokenizer& tokenizer, uint32_t id_limit)
    : bytes_(static_cast<size_t>(tokenizer.size())) {
  const Vocabulary& vocabulary = tokenizer.vocabulary();
  strips_first_blank_ = vocabulary.add_dummy_prefix || vocabulary.remove_extra_whitespaces;
  std::vector<std::pair<std::string, int32_t>> sorted;
  std::bitset<256> written;
  for (int32_t id = 0; id < std::min(tokenizer.size(), static_cast<int32_t>(id_limit)); ++id) {
    std::string text = text_of(tokenizer, id);
    if (text.empty()) continue;
    if (text.size() == 1) written.set(static_cast<unsigned char>(text[0]));
    if (text == " " && tokenizer.type(id) == PieceType::kByte) blank_byte_token_ = id;
    sorted.emplace_back(text, id);
    bytes_[static_cast<size_t>(id)] = std::move(text);
  }
  require_bytes(written);
  std::sort(sorted.begin(), sorted.end());
  build(sorted);
}

void TokenTrie::build(const std::vector<std::pair<std::string, int32_t>>& sorted) {
  std::vector<uint32_t> path;  // the nodes of the text before
  std::string_view before;
  const auto close_to = [&](size_t depth) {
    for (; path.size() > depth; path.pop_back())
      nodes_[path.back()].end = static_cast<uint32_t>(nodes_.size());
  };
  for (const auto& [text, id] : sorted) {
    const auto differs = std::mismatch(before.begin(), before.end(), text.begin(), text.end());
    close_to(static_cast<size_t>(differs.second - text.begin()));
    while (path.size() < text.size()) {
      const char byte = text[path.size()];
      path.push_back(static_cast<uint32_t>(nodes_.size()));
      nodes_.push_back({.end = 0,
                        .first_token = static_cast<uint32_t>(tokens_.size()),
                        .num_tokens = 0,
                        .depth = static_cast<uint16_t>(path.size()),
                        .byte = static_cast<uint8_t>(byte)});
    }
    ++nodes_[path.back()].num_tokens;
    tokens_.push_back(id);
    before = text;
  }
  close_to(0);
}

}  // namespace lapilli
