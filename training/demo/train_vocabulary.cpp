// SPDX-License-Identifier: Apache-2.0
#include "training/demo/train_vocabulary.h"

#include "engine/io/vocabulary.h"

#include <sentencepiece_trainer.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

namespace lapilli::demo {
namespace {

/// Each begins with two letters and gains one with each merge, so that BPE reaches the name.
constexpr std::array<std::string_view, 2> kRoles = {"USER", "ASSISTANT"};

class Sentences final : public sentencepiece::SentenceIterator {
 public:
  Sentences(std::span<const std::string> texts, std::string last) : texts_(texts), last_(std::move(last)) {}
  [[nodiscard]] bool done() const override { return at_ > texts_.size(); }
  void Next() override { ++at_; }
  [[nodiscard]] const std::string& value() const override {
    return at_ < texts_.size() ? texts_[at_] : last_;
  }
  [[nodiscard]] sentencepiece::util::Status status() const override { return {}; }

 private:
  std::span<const std::string> texts_;
  std::string last_;
  size_t at_ = 0;
};

std::vector<std::string> role_pieces() {
  std::vector<std::string> pieces;
  for (const std::string_view role : kRoles)
    for (size_t length = 2; length <= role.size(); ++length) pieces.emplace_back(role.substr(0, length));
  return pieces;
}

bool is_base(const VocabularyPiece& piece) {
  return piece.type != PieceType::kNormal;
}

bool is_merge(const VocabularyPiece& piece) {
  constexpr std::string_view kSpace = "\xe2\x96\x81";
  return !is_base(piece) && piece.text.size() > 1 && piece.text != kSpace;
}

/// Puts the roles' merges before all others, drops the rarest of these, and numbers the scores anew.
void add_roles(Vocabulary& vocabulary, size_t size) {
  auto& pieces = vocabulary.pieces;
  const std::vector<std::string> roles = role_pieces();
  std::erase_if(pieces, [&](const VocabularyPiece& piece) {
    return !is_base(piece) && std::find(roles.begin(), roles.end(), piece.text) != roles.end();
  });
  const auto first = std::find_if_not(pieces.begin(), pieces.end(), is_base);
  std::vector<VocabularyPiece> added;
  for (const std::string& role : roles) added.push_back({.text = role});
  pieces.insert(first, added.begin(), added.end());
  while (pieces.size() > size)
    pieces.erase(std::find_if(pieces.rbegin(), pieces.rend(), is_merge).base() - 1);
  float score = 0;
  for (VocabularyPiece& piece : pieces)
    if (!is_base(piece)) piece.score = score--;
}

/// Printable ASCII, each character a word: what people type stays a piece a character.
std::string all_characters() {
  std::string characters;
  for (char c = '!'; c <= '~'; ++c) characters += {c, ' '};
  return characters;
}

}  // namespace

Result<std::string> train_demo_vocabulary(std::span<const std::string> texts, uint32_t size) {
  const std::unordered_map<std::string, std::string> settings = {{"model_type", "bpe"},
                                                                 {"vocab_size", text(size)},
                                                                 {"character_coverage", "1.0"},
                                                                 {"byte_fallback", "true"},
                                                                 {"split_digits", "true"},
                                                                 {"normalization_rule_name", "identity"},
                                                                 {"remove_extra_whitespaces", "false"},
                                                                 {"add_dummy_prefix", "true"},
                                                                 {"allow_whitespace_only_pieces", "true"},
                                                                 {"num_threads", "1"},
                                                                 {"minloglevel", "2"}};
  Sentences sentences(texts, all_characters());
  std::string serialized;
  const auto status = sentencepiece::SentencePieceTrainer::Train(settings, &sentences, &serialized);
  if (!status.ok()) {
    return Error(ErrorCode::kInvalidArgument, text("a vocabulary of ", size, " pieces cannot be made of ",
                                                   texts.size(), " lines: ", status.ToString()));
  }
  auto vocabulary = read_sentencepiece_model(as_bytes(serialized));
  if (!vocabulary) return vocabulary.error();
  add_roles(*vocabulary, size);
  return serialize_sentencepiece_model(*vocabulary);
}

}  // namespace lapilli::demo
