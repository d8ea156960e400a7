// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/token_constraint.h"

#include <algorithm>

namespace lapilli {
namespace {

// What can be found out again.
constexpr size_t kMostKeptBytes = size_t{32} << 20;
constexpr size_t kMostMasks = 2048;

void throw_if_stopped(const std::stop_token& stop) {
  if (stop.stop_requested())
    throw Error(ErrorCode::kStopped, "stopped while the tokens of the answer's form were looked for");
}

}  // namespace

TokenConstraint::TokenConstraint(Grammar grammar, const TokenTrie& trie, std::vector<int32_t> end_ids)
    : grammar_(std::move(grammar)),
      trie_(trie),
      end_ids_(std::move(end_ids)),
      path_(TokenTrie::kLongestToken + 1) {
  LAPILLI_ASSERT(!end_ids_.empty());
}

size_t TokenConstraint::size_bytes() const {
  const size_t mask_bytes = static_cast<size_t>(trie_.vocabulary_size()) / 8;
  return grammar_.size_bytes() + (positions_ ? positions_->size_bytes() : 0) + masks_.size() * mask_bytes;
}

Positions& TokenConstraint::positions() {
  if (!positions_) positions_.emplace(grammar_);
  return *positions_;
}

/// Where texts are that begin so; kNone where there are none.
Positions::Id TokenConstraint::position_after(std::string_view text) {
  Position position = positions().start();
  for (const char byte : text) {
    position = positions_->next(position, static_cast<uint8_t>(byte));
    if (position == Positions::kNone) break;
  }
  return position;
}

uint32_t TokenConstraint::shortest_text_tokens(std::string_view begun, uint32_t most,
                                               const std::stop_token& stop) {
  const ConstrainedText text(*this, begun);  // forgets what is large, however this ends
  return tokens_to_end(text.position_, most, stop);
}

void TokenConstraint::forget_if_large() {
  if ((!positions_ || positions_->size_bytes() < kMostKeptBytes) && masks_.size() < kMostMasks) return;
  positions_.reset();
  masks_.clear();
  tokens_to_end_.clear();
  ++generation_;
}

/// Calls function(token, position after it) for each token of the nodes that can follow.
template <class Function>
void TokenConstraint::visit_nodes(Position position, uint32_t begin, uint32_t end,
                                  const std::stop_token& stop, Function&& function) {
  if (begin == end) return;
  const std::vector<TokenTrie::Node>& nodes = trie_.nodes();
  path_[nodes[begin].depth - 1u] = position;
  for (uint32_t at = begin; at < end;) {
    const TokenTrie::Node& node = nodes[at];
    const Position next = positions_->next(path_[node.depth - 1u], node.byte);
    if (next == Positions::kNone) {
      at = node.end;
      continue;
    }
    throw_if_stopped(stop);
    path_[node.depth] = next;
    for (uint32_t token = 0; token < node.num_tokens; ++token)
      function(trie_.tokens()[node.first_token + token], next);
    ++at;
  }
}

template <class Function>
void TokenConstraint::visit_tokens(Position position, bool first, const std::stop_token& stop,
                                   Function&& function) {
  const std::vector<TokenTrie::Node>& nodes = trie_.nodes();
  if (!first || !trie_.strips_first_blank())
    return visit_nodes(position, 0, static_cast<uint32_t>(nodes.size()), stop, function);
  // Tokens that begin with a blank stand for what follows it, those without for themselves.
  for (uint32_t at = 0; at < nodes.size(); at = nodes[at].end) {
    if (nodes[at].byte != ' ') {
      visit_nodes(position, at, nodes[at].end, stop, function);
      continue;
    }
    for (uint32_t token = 0; token < nodes[at].num_tokens; ++token) {
      const int32_t id = trie_.tokens()[nodes[at].first_token + token];
      const bool stays = id == trie_.blank_byte_token();
      const Position next = stays ? positions_->next(position, ' ') : position;
      if (next != Positions::kNone) function(id, next);
    }
    visit_nodes(position, at + 1, nodes[at].end, stop, function);
  }
}

void TokenConstraint::allow_end(Position position, TokenMask& mask) const {
  if (!positions_->may_end(position)) return;
  for (const int32_t id : end_ids_) mask.set(id, true);
}

const TokenConstraint::Mask& TokenConstraint::mask(Position position, bool first,
                                                   const std::stop_token& stop) {
  const int64_t key = int64_t{position} * 2 + (first ? 1 : 0);
  const auto known = masks_.find(key);
  if (known != masks_.end()) return known->second;
  Mask made{TokenMask(trie_.vocabulary_size()), 0};
  visit_tokens(position, first, stop, [&](int32_t id, Position next) {
    made.tokens.set(id, true);
    made.most_missing_bytes = std::max(made.most_missing_bytes, positions_->least_bytes(next));
  });
  allow_end(position, made.tokens);
  return masks_.emplace(key, std::move(made)).first->second;
}

TokenMask TokenConstraint::mask_within(Position position, bool first, uint32_t tokens_left,
                                       const std::stop_token& stop) {
  TokenMask made(trie_.vocabulary_size());
  visit_tokens(position, first, stop, [&](int32_t id, Position next) {
    // Each byte has a token of its own.
    const bool fits = positions_->least_bytes(next) < tokens_left ||
                      tokens_to_end(next, tokens_left - 1, stop) < tokens_left;
    if (fits) made.set(id, true);
  });
  allow_end(position, made);
  return made;
}

/// The fewest tokens that the first of the shortest completions takes, or a number above `most` when it takes
/// more. After the first of these tokens, the rest is the first of the shortest completions again, in one
/// token less: so the way is always there.
uint32_t TokenConstraint::tokens_to_end(Position position, uint32_t most, const std::stop_token& stop) {
  const auto known = tokens_to_end_.find(position);
  if (known != tokens_to_end_.end()) return known->second;
  const uint32_t at_least = positions_->least_bytes(position) / TokenTrie::kLongestToken;
  if (at_least > most) return at_least;
  std::string bytes;
  const std::vector<Position> path = shortest_way(position, bytes, stop);
  std::vector<uint32_t> tokens(path.size(), 0);
  for (size_t at = path.size(); at-- > 0;) {
    if (positions_->least_bytes(path[at]) == 0) continue;
    const auto [entry, is_new] = tokens_to_end_.emplace(path[at], 0);
    if (is_new)
      entry->second = fewest_tokens(std::string_view(bytes).substr(at), std::span(tokens).subspan(at));
    tokens[at] = entry->second;
  }
  return tokens.front();
}

/// The positions on the first of the shortest ways to the end, and its bytes; up to where, for the length of
/// a token, all that follows is known already.
std::vector<Positions::Id> TokenConstraint::shortest_way(Position position, std::string& bytes,
                                                         const std::stop_token& stop) {
  std::vector<Position> path{position};
  size_t known = 0;
  while (positions_->least_bytes(path.back()) > 0) {
    known = tokens_to_end_.contains(path.back()) ? known + 1 : 0;
    if (known > TokenTrie::kLongestToken) break;
    throw_if_stopped(stop);
    const uint32_t missing = positions_->least_bytes(path.back());
    Position next = Positions::kNone;
    unsigned byte = 0;
    for (; byte < 256; ++byte) {
      next = positions_->next(path.back(), static_cast<uint8_t>(byte));
      if (next != Positions::kNone && positions_->least_bytes(next) < missing) break;
    }
    LAPILLI_ASSERT(byte < 256);
    bytes += static_cast<char>(byte);
    path.push_back(next);
  }
  return path;
}

/// One token at the front, and what `behind` says of the place after it.
uint32_t TokenConstraint::fewest_tokens(std::string_view bytes, std::span<const uint32_t> behind) const {
  const std::vector<TokenTrie::Node>& nodes = trie_.nodes();
  uint32_t fewest = std::numeric_limits<uint32_t>::max();
  uint32_t end = static_cast<uint32_t>(nodes.size());
  size_t length = 0;
  for (uint32_t at = 0; at < end && length < bytes.size();) {
    if (nodes[at].byte != static_cast<uint8_t>(bytes[length])) {
      at = nodes[at].end;
      continue;
    }
    ++length;
    if (nodes[at].num_tokens > 0) fewest = std::min(fewest, 1 + behind[length]);
    end = nodes[at].end;
    ++at;
  }
  return fewest;
}

ConstrainedText::ConstrainedText(TokenConstraint& constraint, std::string_view begun)
    : constraint_(constraint),
      text_(begun),
      first_(begun.empty()),
      position_(constraint.position_after(begun)),
      generation_(constraint.generation_),
      narrowed_(0) {
  if (position_ == Positions::kNone) {
    throw Error(ErrorCode::kInvalidArgument,
                "the answer that was begun does not have the format's form, so it cannot be gone on with; "
                "ask anew");
  }
  ++constraint_.num_texts_;
}

ConstrainedText::~ConstrainedText() {
  --constraint_.num_texts_;
  constraint_.forget_if_large();
}

/// Where the text is; found again when the constraint has forgotten its positions.
Positions::Id ConstrainedText::position() {
  if (generation_ == constraint_.generation_) return position_;
  position_ = constraint_.position_after(text_);
  generation_ = constraint_.generation_;
  return position_;
}

const TokenMask& ConstrainedText::allowed(uint32_t tokens_left, const std::stop_token& stop) {
  LAPILLI_ASSERT(tokens_left > 0);
  constraint_.forget_if_large();
  const TokenConstraint::Mask& all = constraint_.mask(position(), first_, stop);
  if (all.most_missing_bytes < tokens_left) return all.tokens;
  narrowed_ = constraint_.mask_within(position(), first_, tokens_left, stop);
  return narrowed_;
}

void ConstrainedText::append(int32_t id) {
  std::string_view bytes = constraint_.trie_.bytes(id);
  const bool strips =
      first_ && constraint_.trie_.strips_first_blank() && id != constraint_.trie_.blank_byte_token();
  if (strips && bytes.starts_with(' ')) bytes.remove_prefix(1);
  Positions::Id next = position();
  for (const char byte : bytes) {
    next = constraint_.positions_->next(next, static_cast<uint8_t>(byte));
    LAPILLI_ASSERT(next != Positions::kNone);
  }
  position_ = next;
  text_ += bytes;
  first_ = false;
}

bool ConstrainedText::may_end() {
  const Positions::Id here = position();
  return constraint_.positions_->may_end(here);
}

bool ConstrainedText::must_end() {
  const Positions::Id here = position();
  return constraint_.positions_->must_end(here);
}

}  // namespace lapilli
