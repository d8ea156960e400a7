// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/grammar/positions.h"
#include "engine/runtime/grammar/token_trie.h"
#include "engine/runtime/sampler.h"

#include <memory>

namespace lapilli {

/// Which tokens can come next in texts of one grammar; what was found out is kept for all texts after. Used
/// by one thread at a time.
class TokenConstraint {
 public:
  /// `end_ids`: the tokens that end a text, one or more. The trie must outlive it.
  TokenConstraint(Grammar grammar, const TokenTrie& trie, std::vector<int32_t> end_ids);
  TokenConstraint(const TokenConstraint&) = delete;
  TokenConstraint& operator=(const TokenConstraint&) = delete;

  /// Tokens in which some text of the grammar can be written.
  [[nodiscard]] uint32_t shortest_text_tokens();
  /// Texts that use it now.
  [[nodiscard]] size_t num_texts() const { return num_texts_; }

 private:
  friend class ConstrainedText;
  using Position = Positions::Id;
  struct Mask {
    TokenMask tokens;
    uint32_t most_missing_bytes;  ///< after any of the tokens, to the end of a text
  };

  [[nodiscard]] const Mask& mask(Position position, bool first);
  [[nodiscard]] TokenMask mask_within(Position position, bool first, uint32_t tokens_left);
  [[nodiscard]] bool fits(Position position, uint32_t tokens);
  [[nodiscard]] uint32_t tokens_to_end(Position position);
  [[nodiscard]] uint32_t fewest_tokens(std::string_view bytes, std::span<const uint32_t> behind) const;
  template <class Function>
  void visit_tokens(Position position, bool first, Function&& function);
  template <class Function>
  void visit_nodes(Position position, uint32_t begin, uint32_t end, Function&& function);
  void forget_if_large();
  void allow_end(Position position, TokenMask& mask) const;

  Grammar grammar_;
  const TokenTrie& trie_;
  std::vector<int32_t> end_ids_;
  std::unique_ptr<Positions> positions_;
  std::unordered_map<int64_t, Mask> masks_;  // 2 · position + first
  std::unordered_map<Position, uint32_t> tokens_to_end_;
  std::vector<Position> path_;  // of a walk over the trie
  uint64_t generation_ = 0;     // of the positions' numbers
  size_t num_texts_ = 0;
};

/// One text under a constraint, token by token.
class ConstrainedText {
 public:
  /// The constraint must outlive it.
  explicit ConstrainedText(TokenConstraint& constraint);
  ConstrainedText(const ConstrainedText&) = delete;
  ConstrainedText& operator=(const ConstrainedText&) = delete;
  ~ConstrainedText();

  /// The tokens after which the text can still be completed in `tokens_left` − 1 more; the end tokens where
  /// it is complete. Never none, when the text began with room for shortest_text_tokens() and every token was
  /// one of these. Valid until the next call.
  [[nodiscard]] const TokenMask& allowed(uint32_t tokens_left);
  /// An allowed token that is not an end token.
  void append(int32_t id);
  [[nodiscard]] bool may_end();
  /// Complete, and nothing can follow.
  [[nodiscard]] bool must_end();

 private:
  [[nodiscard]] Positions::Id position();

  TokenConstraint& constraint_;
  std::string text_;
  bool first_ = true;
  Positions::Id position_;
  uint64_t generation_;
  TokenMask narrowed_;
};

}  // namespace lapilli
