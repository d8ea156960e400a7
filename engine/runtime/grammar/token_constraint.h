// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/grammar/positions.h"
#include "engine/runtime/grammar/token_trie.h"
#include "engine/runtime/sampler.h"

#include <optional>
#include <stop_token>

namespace lapilli {

/// Which tokens can come next in texts of one grammar; what was found out is kept for all texts after. Used
/// by one thread at a time.
class TokenConstraint {
 public:
  /// `end_ids`: the tokens that end a text, one or more. The trie must outlive it.
  TokenConstraint(Grammar grammar, const TokenTrie& trie, std::vector<int32_t> end_ids);
  TokenConstraint(const TokenConstraint&) = delete;
  TokenConstraint& operator=(const TokenConstraint&) = delete;

  /// Tokens in which some text of the grammar that begins with `begun` can be gone on with to its end. Not
  /// counted further than is needed to know that it takes more than `most`. Throws kInvalidArgument where no
  /// text begins so, kStopped, and what Positions throws.
  [[nodiscard]] uint32_t shortest_text_tokens(std::string_view begun = {},
                                              uint32_t most = std::numeric_limits<uint32_t>::max(),
                                              const std::stop_token& stop = {});
  /// Texts that use it now.
  [[nodiscard]] size_t num_texts() const { return num_texts_; }
  /// About the memory it takes.
  [[nodiscard]] size_t size_bytes() const;

 private:
  friend class ConstrainedText;
  using Position = Positions::Id;
  struct Mask {
    TokenMask tokens;
    uint32_t most_missing_bytes;  ///< after any of the tokens, to the end of a text
  };

  [[nodiscard]] Positions& positions();
  [[nodiscard]] Position position_after(std::string_view text);
  [[nodiscard]] const Mask& mask(Position position, bool first, const std::stop_token& stop);
  [[nodiscard]] TokenMask mask_within(Position position, bool first, uint32_t tokens_left,
                                      const std::stop_token& stop);
  [[nodiscard]] uint32_t tokens_to_end(Position position, uint32_t most, const std::stop_token& stop);
  [[nodiscard]] std::vector<Position> shortest_way(Position position, std::string& bytes,
                                                   const std::stop_token& stop);
  [[nodiscard]] uint32_t fewest_tokens(std::string_view bytes, std::span<const uint32_t> behind) const;
  template <class Function>
  void visit_tokens(Position position, bool first, const std::stop_token& stop, Function&& function);
  template <class Function>
  void visit_nodes(Position position, uint32_t begin, uint32_t end, const std::stop_token& stop,
                   Function&& function);
  void forget_if_large();
  void allow_end(Position position, TokenMask& mask) const;

  Grammar grammar_;
  const TokenTrie& trie_;
  std::vector<int32_t> end_ids_;
  std::optional<Positions> positions_;       // made when they are needed
  std::unordered_map<int64_t, Mask> masks_;  // 2 · position + first
  std::unordered_map<Position, uint32_t> tokens_to_end_;
  std::vector<Position> path_;  // of a walk over the trie
  uint64_t generation_ = 0;     // of the positions' numbers
  size_t num_texts_ = 0;
};

/// One text under a constraint, token by token.
class ConstrainedText {
 public:
  /// `begun`: what the text begins with already; it is not stripped of a first blank then. The constraint
  /// must outlive it. Throws kInvalidArgument where no text of the grammar begins so.
  explicit ConstrainedText(TokenConstraint& constraint, std::string_view begun = {});
  ConstrainedText(const ConstrainedText&) = delete;
  ConstrainedText& operator=(const ConstrainedText&) = delete;
  ~ConstrainedText();

  /// The tokens after which the text can still be completed in `tokens_left` − 1 more; the end tokens where
  /// it is complete. Never none, when the text began with room for shortest_text_tokens() and every token was
  /// one of these. Valid until the next call for any text of the constraint. Throws kStopped, and what
  /// Positions throws.
  [[nodiscard]] const TokenMask& allowed(uint32_t tokens_left, const std::stop_token& stop = {});
  /// An allowed token that is not an end token.
  void append(int32_t id);
  [[nodiscard]] bool may_end();
  /// Complete, and nothing can follow.
  [[nodiscard]] bool must_end();

 private:
  friend class TokenConstraint;
  [[nodiscard]] Positions::Id position();

  TokenConstraint& constraint_;
  std::string text_;
  bool first_;
  Positions::Id position_;
  uint64_t generation_;
  TokenMask narrowed_;
};

}  // namespace lapilli
