// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/grammar.h"

#include "engine/runtime/grammar/network.h"

#include <bitset>

namespace lapilli {

/// Makes a Grammar of a checked network.
class GrammarBuilder {
 public:
  static Grammar build(const Network& network, const std::vector<uint32_t>& least_bytes,
                       const GrammarRules& rules) {
    Grammar grammar;
    grammar.num_flags_ = rules.num_flags;
    grammar.start_ = network.starts[rules.root];
    grammar.states_.reserve(network.states.size());
    const std::vector<uint32_t> ways = without_detours(network);
    std::bitset<257> borders;
    borders.set(0);
    for (uint32_t index = 0; index < network.states.size(); ++index) {
      const auto first_edge = static_cast<uint32_t>(grammar.edges_.size());
      for (Grammar::Edge edge : network.states[index].edges) {
        if (least_bytes[edge.target] == kNeverEnds) continue;
        edge.target = ways[edge.target];
        if (edge.kind == Grammar::Edge::Kind::kByte) borders.set(edge.first_byte).set(edge.last_byte + 1u);
        grammar.edges_.push_back(edge);
      }
      grammar.states_.push_back({first_edge, static_cast<uint32_t>(grammar.edges_.size()) - first_edge,
                                 least_bytes[index], network.states[index].ends});
    }
    uint32_t classes = 0;
    for (size_t byte = 0; byte < 256; ++byte) {
      if (borders[byte]) ++classes;
      grammar.byte_classes_[byte] = static_cast<uint8_t>(classes - 1);
    }
    grammar.num_byte_classes_ = classes;
    return grammar;
  }

 private:
  /// For each state the first from there on that does more than to lead to one other.
  static std::vector<uint32_t> without_detours(const Network& network) {
    constexpr uint32_t kUnknown = std::numeric_limits<uint32_t>::max();
    std::vector<uint32_t> ways(network.states.size(), kUnknown);
    std::vector<uint32_t> path;
    for (uint32_t begin = 0; begin < ways.size(); ++begin) {
      uint32_t state = begin;
      for (path.clear(); ways[state] == kUnknown; state = network.states[state].edges[0].target) {
        const Network::State& here = network.states[state];
        const bool leads_on =
            !here.ends && here.edges.size() == 1 && here.edges[0].kind == Grammar::Edge::Kind::kEmpty;
        ways[state] = state;  // also ends a circle
        if (!leads_on) break;
        path.push_back(state);
      }
      for (const uint32_t before : path) ways[before] = ways[state];
    }
    return ways;
  }
};

Result<Grammar> Grammar::compile(const GrammarRules& rules) {
  return try_result([&] {
    LAPILLI_ASSERT(rules.root < rules.rules.size());
    const Network network = build_network(rules);
    const std::vector<uint32_t> least_bytes = least_bytes_to_end(network);
    // What leads to such a rule can't end either: the later ones are nearer to the cause.
    for (size_t index = rules.rules.size(); index-- > 0;) {
      if (least_bytes[network.starts[index]] != kNeverEnds) continue;
      throw Error(ErrorCode::kInvalidArgument,
                  text(rules.rules[index].name, " can never end: no text is possible"),
                  rules.rules[index].place);
    }
    if (const auto found = find_left_recursion(network, least_bytes)) {
      throw Error(ErrorCode::kInvalidArgument,
                  text(rules.rules[*found].name, " leads to itself before it reads anything"),
                  rules.rules[*found].place);
    }
    return GrammarBuilder::build(network, least_bytes, rules);
  });
}

}  // namespace lapilli
