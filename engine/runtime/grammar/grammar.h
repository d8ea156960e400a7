// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"
#include "engine/runtime/grammar/expression.h"

#include <array>
#include <span>

namespace lapilli {

/// Bounds for grammars of untrusted origin.
struct GrammarLimits {
  static constexpr size_t kRules = 10'000;
  static constexpr size_t kStates = 500'000;
};

/// Grammar rules as networks of states over bytes: one network a rule, whose edges read a byte, go on without
/// one, or go through another rule's network first. Whatever state is reached, the text can be finished.
class Grammar {
 public:
  struct Edge {
    enum class Kind : uint8_t { kByte, kEmpty, kRule, kOnce, kForget };
    Kind kind;
    uint8_t first_byte, last_byte;  ///< kByte
    uint32_t target;
    uint32_t index;  ///< kRule: that rule's first state; kOnce, kForget: the flag
    uint32_t count;  ///< kForget: how many flags
  };

  /// Fails with kInvalidArgument, place = the rule's place, on a rule that leads to itself without reading
  /// anything, a rule that can never end, and grammars over the limits.
  [[nodiscard]] static Result<Grammar> compile(const GrammarRules& rules);

  [[nodiscard]] uint32_t start() const { return start_; }
  [[nodiscard]] std::span<const Edge> edges(uint32_t state) const {
    return std::span(edges_).subspan(states_[state].first_edge, states_[state].num_edges);
  }
  /// The state's rule may end there.
  [[nodiscard]] bool ends(uint32_t state) const { return states_[state].ends; }
  /// Bytes that the state's rule still needs, at least.
  [[nodiscard]] uint32_t least_bytes(uint32_t state) const { return states_[state].least_bytes; }
  [[nodiscard]] size_t size_bytes() const {
    return states_.size() * sizeof(State) + edges_.size() * sizeof(Edge);
  }
  [[nodiscard]] uint32_t num_flags() const { return num_flags_; }

  /// Bytes between which no edge tells a difference have one class, 0 … num_byte_classes() − 1.
  [[nodiscard]] uint8_t byte_class(uint8_t byte) const { return byte_classes_[byte]; }
  [[nodiscard]] uint32_t num_byte_classes() const { return num_byte_classes_; }

 private:
  friend class GrammarBuilder;
  struct State {
    uint32_t first_edge = 0, num_edges = 0;
    uint32_t least_bytes = 0;
    bool ends = false;
  };
  Grammar() = default;

  std::vector<State> states_;
  std::vector<Edge> edges_;
  uint32_t start_ = 0;
  uint32_t num_flags_ = 0;
  std::array<uint8_t, 256> byte_classes_{};
  uint32_t num_byte_classes_ = 0;
};

}  // namespace lapilli
