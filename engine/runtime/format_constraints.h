// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/grammar/token_constraint.h"
#include "engine/runtime/response_format.h"

#include <list>

namespace lapilli {

/// The constraints of the formats that were used last, for one vocabulary. Used by one thread at a time.
class FormatConstraints {
 public:
  /// The tokenizer must outlive it. Tokens from `id_limit` on are never used, but `end_ids`, which end an
  /// answer.
  FormatConstraints(const Tokenizer& tokenizer, uint32_t id_limit, std::vector<int32_t> end_ids)
      : tokenizer_(tokenizer), id_limit_(id_limit), end_ids_(std::move(end_ids)) {}

  /// What answers to the question in this format are bound to; null where the format leaves them free. It
  /// stays while texts use it, otherwise until formats after it need its place. Throws what check_format
  /// fails with, and kUnsupported where the vocabulary has no tokens for single bytes or for the end.
  [[nodiscard]] TokenConstraint* find(const ResponseFormat& format, std::string_view question);

  /// About the memory they take.
  [[nodiscard]] size_t size_bytes() const;

 private:
  struct Entry {
    ResponseFormat format;
    std::string option_letters;  // of the question, where the format has a use for them
    std::unique_ptr<TokenConstraint> constraint;
  };
  void make_room(size_t size_bytes);

  const Tokenizer& tokenizer_;
  uint32_t id_limit_;
  std::vector<int32_t> end_ids_;
  std::unique_ptr<TokenTrie> trie_;  // made when it is needed first
  std::list<Entry> entries_;         // most recently used first
};

}  // namespace lapilli
