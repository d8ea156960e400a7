// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace lapilli {

/// Code points from `first` to `last`, both included.
struct CodePoints {
  uint32_t first, last;

  bool operator==(const CodePoints&) const = default;
};

/// Sorted, without overlaps and without surrogates.
[[nodiscard]] std::vector<CodePoints> normalised(std::vector<CodePoints> set);
/// Every code point that is not in the set.
[[nodiscard]] std::vector<CodePoints> complement(std::vector<CodePoints> set);
/// What is in both.
[[nodiscard]] std::vector<CodePoints> intersection(const std::vector<CodePoints>& a,
                                                   const std::vector<CodePoints>& b);

/// A set of texts, as a tree. Built with the functions below.
struct Expression {
  enum class Kind {
    kLiteral,     ///< these bytes, valid UTF-8
    kCharacters,  ///< one code point of a set
    kSequence,
    kChoice,
    kRepeat,  ///< parts[0], `least` to `most` times
    kRule,    ///< rule number `index`
    kOnce,    ///< nothing, where flag number `index` is not set; sets it
    kForget,  ///< nothing; flags `index` to `index` + `least` − 1 are no longer set
  };
  static constexpr uint32_t kUnlimited = std::numeric_limits<uint32_t>::max();

  Kind kind = Kind::kLiteral;
  std::string literal = {};
  std::vector<CodePoints> characters = {};
  std::vector<Expression> parts = {};
  uint32_t least = 0, most = 0;
  uint32_t index = 0;
};

[[nodiscard]] Expression literal(std::string bytes);
[[nodiscard]] Expression characters(std::vector<CodePoints> set);
[[nodiscard]] Expression sequence(std::vector<Expression> parts);
[[nodiscard]] Expression choice(std::vector<Expression> parts);
[[nodiscard]] Expression repeat(Expression part, uint32_t least, uint32_t most = Expression::kUnlimited);
[[nodiscard]] Expression rule(size_t index);
[[nodiscard]] Expression once(uint32_t flag);
[[nodiscard]] Expression forget(uint32_t first_flag, uint32_t count);

/// The expressions as a list, for sequence() and choice().
template <class... Parts>
[[nodiscard]] std::vector<Expression> parts(Parts&&... each) {
  std::vector<Expression> list;
  list.reserve(sizeof...(each));
  (list.push_back(std::forward<Parts>(each)), ...);
  return list;
}

/// Named expressions that may name each other: a context-free grammar.
struct GrammarRules {
  struct Rule {
    std::string name;
    std::string place;  ///< where it was written: line and column, or a JSON pointer
    Expression body;
  };
  std::vector<Rule> rules;
  size_t root = 0;
  uint32_t num_flags = 0;

  /// Adds a rule without a body yet; returns its number.
  size_t add(std::string name, std::string place = {});
};

}  // namespace lapilli
