// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tokenizer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lapilli {

/// The bytes of every token that stands for text, as a tree in depth-first order.
///
/// Left out are control, unknown and unused tokens, and what is not whole UTF-8 characters. A byte token
/// stands for its byte, so that characters can be built of several.
class TokenTrie {
 public:
  /// Bytes; longer tokens are left out. They are never needed, and vocabularies are files from anywhere.
  static constexpr uint32_t kLongestToken = 128;

  struct Node {
    uint32_t end;          ///< the first node that is not below this one
    uint32_t first_token;  ///< its tokens are tokens()[first_token] and the following
    uint16_t num_tokens;
    uint16_t depth;  ///< bytes from the root, this node's included: 1 or more
    uint8_t byte;
  };

  /// Of tokens below `id_limit`. Throws kUnsupported when the vocabulary lacks byte tokens, without which not
  /// every text can be written.
  TokenTrie(const Tokenizer& tokenizer, uint32_t id_limit);

  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<int32_t>& tokens() const { return tokens_; }
  /// The text of a token; empty for those that stand for none.
  [[nodiscard]] const std::string& bytes(int32_t id) const { return bytes_[static_cast<size_t>(id)]; }
  [[nodiscard]] int32_t vocabulary_size() const { return static_cast<int32_t>(bytes_.size()); }

  /// A text's first token loses the blank it begins with, unless it is this byte token (−1: none does).
  [[nodiscard]] bool strips_first_blank() const { return strips_first_blank_; }
  [[nodiscard]] int32_t blank_byte_token() const { return blank_byte_token_; }

 private:
  void build(const std::vector<std::pair<std::string, int32_t>>& sorted);

  std::vector<Node> nodes_;
  std::vector<int32_t> tokens_;
  std::vector<std::string> bytes_;
  bool strips_first_blank_;
  int32_t blank_byte_token_ = -1;
};

}  // namespace lapilli
