// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/network.h"

#include "engine/runtime/grammar/character_source.h"

#include <algorithm>
#include <map>
#include <queue>
#include <unordered_set>

namespace lapilli {
namespace {

using Edge = Grammar::Edge;
using ByteRange = std::pair<uint8_t, uint8_t>;

/// Splits code points into ranges whose UTF-8 forms are all combinations of one range for each byte.
/// Source: R. Cox, "Regular Expression Matching in the Wild", 2010.
void split_range(uint32_t first, uint32_t last, std::vector<std::vector<ByteRange>>& to) {
  for (const uint32_t border : {0x7Fu, 0x7FFu, 0xFFFFu}) {
    if (first > border || last <= border) continue;
    split_range(first, border, to);
    return split_range(border + 1, last, to);
  }
  const size_t length = utf8_of(first).size();
  for (size_t tail = 1; tail < length; ++tail) {
    const uint32_t mask = (1u << (6 * tail)) - 1;
    if ((first & ~mask) == (last & ~mask)) continue;
    if ((first & mask) != 0) {
      split_range(first, first | mask, to);
      return split_range((first | mask) + 1, last, to);
    }
    if ((last & mask) != mask) {
      split_range(first, (last & ~mask) - 1, to);
      return split_range(last & ~mask, last, to);
    }
  }
  const std::string low = utf8_of(first), high = utf8_of(last);
  std::vector<ByteRange> bytes;
  for (size_t at = 0; at < length; ++at)
    bytes.emplace_back(static_cast<uint8_t>(low[at]), static_cast<uint8_t>(high[at]));
  to.push_back(std::move(bytes));
}

/// Adds expressions to a network.
class Builder {
 public:
  Network build(const GrammarRules& rules) {
    if (rules.rules.size() > GrammarLimits::kRules) {
      throw Error(ErrorCode::kInvalidArgument, text("the grammar has ", rules.rules.size(),
                                                    " rules, at most ", GrammarLimits::kRules, " go"));
    }
    for (size_t index = 0; index < rules.rules.size(); ++index) network_.starts.push_back(state());
    for (size_t index = 0; index < rules.rules.size(); ++index) {
      place_ = rules.rules[index].place;
      network_.states[append(rules.rules[index].body, network_.starts[index])].ends = true;
    }
    return std::move(network_);
  }

 private:
  uint32_t state() {
    if (network_.states.size() == GrammarLimits::kStates) too_large();
    network_.states.emplace_back();
    return static_cast<uint32_t>(network_.states.size() - 1);
  }
  [[noreturn]] void too_large() const {
    throw Error(ErrorCode::kInvalidArgument,
                text("the grammar takes more than ", GrammarLimits::kStates,
                     " states: lower the numbers of its repetitions and lengths"),
                place_);
  }
  void step() {
    if (++steps_ > kMostSteps) too_large();
  }
  void edge(uint32_t from, Edge edge) {
    step();
    network_.states[from].edges.push_back(edge);
  }
  void empty(uint32_t from, uint32_t to) { edge(from, {Edge::Kind::kEmpty, 0, 0, to, 0, 0}); }
  void byte(uint32_t from, ByteRange range, uint32_t to) {
    edge(from, {Edge::Kind::kByte, range.first, range.second, to, 0, 0});
  }

  /// Adds the expression's texts behind the state `from`; returns the state behind them.
  uint32_t append(const Expression& expression, uint32_t from) {
    step();
    switch (expression.kind) {
      case Expression::Kind::kLiteral:
        for (const char c : expression.literal) {
          const uint32_t to = state();
          byte(from, {static_cast<uint8_t>(c), static_cast<uint8_t>(c)}, to);
          from = to;
        }
        return from;
      case Expression::Kind::kCharacters:
        return append_characters(expression.characters, from);
      case Expression::Kind::kSequence:
        for (const Expression& part : expression.parts) from = append(part, from);
        return from;
      case Expression::Kind::kChoice:
        return append_choice(expression.parts, from);
      case Expression::Kind::kRepeat:
        return append_repeat(expression, from);
      case Expression::Kind::kRule:
        return append_edge({Edge::Kind::kRule, 0, 0, 0, network_.starts[expression.index], 0}, from);
      case Expression::Kind::kOnce:
        return append_edge({Edge::Kind::kOnce, 0, 0, 0, expression.index, 0}, from);
      case Expression::Kind::kForget:
        return append_edge({Edge::Kind::kForget, 0, 0, 0, expression.index, expression.least}, from);
    }
    return from;
  }

  uint32_t append_edge(Edge added, uint32_t from) {
    added.target = state();
    edge(from, added);
    return added.target;
  }

  uint32_t append_choice(const std::vector<Expression>& parts, uint32_t from) {
    const uint32_t end = state();
    for (const Expression& part : parts) {
      const uint32_t begin = state();
      empty(from, begin);
      empty(append(part, begin), end);
    }
    return end;
  }

  uint32_t append_repeat(const Expression& expression, uint32_t from) {
    const Expression& part = expression.parts.front();
    for (uint32_t time = 0; time < expression.least; ++time) from = append(part, from);
    const uint32_t end = state();
    if (expression.most == Expression::kUnlimited) {
      const uint32_t loop = state();
      empty(from, loop);
      empty(append(part, loop), loop);
      empty(loop, end);
      return end;
    }
    for (uint32_t time = expression.least; time < expression.most; ++time) {
      empty(from, end);
      from = append(part, from);
    }
    empty(from, end);
    return end;
  }

  uint32_t append_characters(const std::vector<CodePoints>& set, uint32_t from) {
    const uint32_t end = state();
    std::map<std::vector<ByteRange>, uint32_t> tails{{{}, end}};  // by the bytes still to come
    for (const CodePoints& range : set) {
      std::vector<std::vector<ByteRange>> forms;
      split_range(range.first, range.last, forms);
      for (const auto& form : forms) {
        uint32_t to = end;
        for (size_t at = form.size(); at-- > 1;) {
          const std::vector<ByteRange> tail(form.begin() + static_cast<ptrdiff_t>(at), form.end());
          const auto known = tails.find(tail);
          const uint32_t before = known != tails.end() ? known->second : state();
          if (known == tails.end()) {
            byte(before, form[at], to);
            tails.emplace(tail, before);
          }
          to = before;
        }
        byte(from, form.front(), to);
      }
    }
    return end;
  }

  // Repetitions of nothing add no states, and large classes more edges than states.
  static constexpr size_t kMostSteps = 8 * GrammarLimits::kStates;

  Network network_;
  std::string place_;
  size_t steps_ = 0;
};

/// The edge number `edge` of a state.
struct EdgeAt {
  uint32_t state, edge;
};

/// The edges whose lengths depend on a state's.
struct Dependents {
  std::vector<std::vector<EdgeAt>> of_state;  // edges to it
  std::vector<std::vector<EdgeAt>> of_rule;   // by the rule's first state: edges through it
};

Dependents dependents_of(const Network& network) {
  Dependents result{std::vector<std::vector<EdgeAt>>(network.states.size()),
                    std::vector<std::vector<EdgeAt>>(network.states.size())};
  for (uint32_t state = 0; state < network.states.size(); ++state) {
    const std::vector<Edge>& edges = network.states[state].edges;
    for (uint32_t at = 0; at < edges.size(); ++at) {
      result.of_state[edges[at].target].push_back({state, at});
      if (edges[at].kind == Edge::Kind::kRule) result.of_rule[edges[at].index].push_back({state, at});
    }
  }
  return result;
}

/// The rules, by their first states, that a rule may go through before its first byte.
std::vector<uint32_t> first_rules(const Network& network, uint32_t start,
                                  const std::vector<uint32_t>& least_bytes) {
  std::vector<uint32_t> rules, reached{start};
  std::unordered_set<uint32_t> seen;
  while (!reached.empty()) {
    const uint32_t state = reached.back();
    reached.pop_back();
    if (!seen.insert(state).second) continue;
    for (const Edge& edge : network.states[state].edges) {
      if (edge.kind == Edge::Kind::kRule) rules.push_back(edge.index);
      const bool passes =
          edge.kind != Edge::Kind::kByte && (edge.kind != Edge::Kind::kRule || least_bytes[edge.index] == 0);
      if (passes) reached.push_back(edge.target);
    }
  }
  return rules;
}

}  // namespace

Network build_network(const GrammarRules& rules) {
  return Builder().build(rules);
}

// Knuth, "A Generalization of Dijkstra's Algorithm", 1977: states are settled in the order of their lengths.
std::vector<uint32_t> least_bytes_to_end(const Network& network) {
  constexpr uint32_t kMost = kNeverEnds - 1;
  const Dependents dependents = dependents_of(network);
  std::vector<uint32_t> least(network.states.size(), kNeverEnds);
  std::vector<bool> settled(network.states.size());
  using Entry = std::pair<uint32_t, uint32_t>;  // length, state
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  const auto offer = [&](uint32_t state, uint64_t length) {
    if (length >= least[state]) return;
    least[state] = static_cast<uint32_t>(std::min<uint64_t>(length, kMost));
    queue.emplace(least[state], state);
  };
  const auto offer_edge = [&](const EdgeAt& at) {
    const Edge& edge = network.states[at.state].edges[at.edge];
    if (!settled[edge.target] || (edge.kind == Edge::Kind::kRule && !settled[edge.index])) return;
    const uint64_t own = edge.kind == Edge::Kind::kByte   ? 1
                         : edge.kind == Edge::Kind::kRule ? least[edge.index]
                                                          : 0;
    offer(at.state, own + least[edge.target]);
  };
  for (uint32_t state = 0; state < network.states.size(); ++state) {
    if (network.states[state].ends) offer(state, 0);
  }
  while (!queue.empty()) {
    const uint32_t state = queue.top().second;
    queue.pop();
    if (settled[state]) continue;
    settled[state] = true;
    for (const EdgeAt& before : dependents.of_state[state]) offer_edge(before);
    for (const EdgeAt& before : dependents.of_rule[state]) offer_edge(before);
  }
  return least;
}

std::optional<size_t> find_left_recursion(const Network& network, const std::vector<uint32_t>& least_bytes) {
  enum class Mark : uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(network.starts.size(), Mark::kNew);
  struct Visit {
    uint32_t rule;
    std::vector<uint32_t> rest;
  };
  for (uint32_t root = 0; root < marks.size(); ++root) {
    std::vector<Visit> path;
    const auto enter = [&](uint32_t rule) {
      marks[rule] = Mark::kOpen;
      path.push_back({rule, first_rules(network, network.starts[rule], least_bytes)});
    };
    if (marks[root] == Mark::kNew) enter(root);
    while (!path.empty()) {
      if (path.back().rest.empty()) {
        marks[path.back().rule] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const uint32_t next = path.back().rest.back();  // a rule's first state has the rule's number
      path.back().rest.pop_back();
      if (marks[next] == Mark::kOpen) return next;
      if (marks[next] == Mark::kNew) enter(next);
    }
  }
  return std::nullopt;
}

}  // namespace lapilli
