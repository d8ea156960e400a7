// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/grammar/grammar.h"

namespace lapilli {

/// The networks of a grammar while they are built.
struct Network {
  struct State {
    std::vector<Grammar::Edge> edges;
    bool ends = false;
  };
  std::vector<State> states;
  std::vector<uint32_t> starts;  ///< of each rule
};

/// Throws kInvalidArgument on networks over the limits.
[[nodiscard]] Network build_network(const GrammarRules& rules);

inline constexpr uint32_t kNeverEnds = std::numeric_limits<uint32_t>::max();

/// For each state the least number of bytes from there to its rule's end; kNeverEnds where there is no way.
[[nodiscard]] std::vector<uint32_t> least_bytes_to_end(const Network& network);

/// The rule, if there is one, that leads to itself without reading a byte.
[[nodiscard]] std::optional<size_t> find_left_recursion(const Network& network,
                                                        const std::vector<uint32_t>& least_bytes);

}  // namespace lapilli
