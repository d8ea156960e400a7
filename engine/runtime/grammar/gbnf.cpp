// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/gbnf.h"

#include "engine/base/error.h"
#include "engine/io/utf8.h"
#include "engine/runtime/grammar/character_source.h"

#include <algorithm>
#include <map>
#include <optional>

namespace lapilli {
namespace {

constexpr size_t kMostSourceBytes = size_t{64} << 10;
constexpr size_t kMostDepth = 64;
constexpr uint32_t kMostRepeats = 100'000;

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

class Parser {
 public:
  explicit Parser(std::string_view source) : source_(source) {}

  GrammarRules parse() {
    for (skip_blanks(true); !source_.at_end(); skip_blanks(true)) parse_rule();
    const auto root = numbers_.find("root");
    if (root == numbers_.end() || !defined_[root->second])
      source_.fail_at(0, "the grammar has no rule named root");
    for (size_t index = 0; index < defined_.size(); ++index) {
      const GrammarRules::Rule& rule = rules_.rules[index];
      if (!defined_[index])
        throw Error(ErrorCode::kInvalidArgument, text("there is no rule named ", rule.name), rule.place);
    }
    rules_.root = root->second;
    return std::move(rules_);
  }

 private:
  void skip_blanks(bool lines) {
    for (; !source_.at_end(); source_.skip()) {
      const char c = source_.peek();
      if (c == '#') {
        while (!source_.at_end() && source_.peek() != '\n') source_.skip();
        if (source_.at_end()) return;
      }
      const bool blank = c == ' ' || c == '\t' || c == '\r';
      if (!blank && !(lines && source_.peek() == '\n')) return;
    }
  }

  std::string name() {
    std::string result;
    while (!source_.at_end() && is_name(source_.peek())) {
      result += source_.peek();
      source_.skip();
    }
    return result;
  }

  size_t number_of(const std::string& name, size_t place) {
    const auto [known, is_new] = numbers_.emplace(name, rules_.rules.size());
    if (is_new) {
      rules_.add(name, source_.place(place));
      defined_.push_back(false);
    }
    return known->second;
  }

  void parse_rule() {
    const size_t begin = source_.position();
    const std::string rule_name = name();
    if (rule_name.empty()) source_.fail(text("found ", source_.found(), ", expected a rule's name"));
    skip_blanks(false);
    if (!source_.take("::="))
      source_.fail(text("found ", source_.found(), ", expected ::= after ", rule_name));
    const size_t index = number_of(rule_name, begin);
    if (defined_[index]) source_.fail_at(begin, text("there is a rule named ", rule_name, " already"));
    defined_[index] = true;
    rules_.rules[index].place = source_.place(begin);
    skip_blanks(true);
    Expression body = alternatives(false);
    rules_.rules[index].body = std::move(body);
    if (!source_.at_end() && source_.peek() != '\n')
      source_.fail(text("found ", source_.found(), ", expected more of the rule or the line's end"));
  }

  /// `a b | c`, up to what cannot belong to it.
  Expression alternatives(bool nested) {
    if (++depth_ > kMostDepth) source_.fail(text("brackets are nested deeper than ", kMostDepth, " levels"));
    std::vector<Expression> all;
    for (;;) {
      all.push_back(sequence_of_items(nested));
      const size_t end = source_.position();
      skip_blanks(true);
      if (!source_.take("|")) {
        source_.go_to(end);
        break;
      }
      skip_blanks(true);
    }
    skip_blanks(nested);
    --depth_;
    return choice(std::move(all));
  }

  Expression sequence_of_items(bool nested) {
    std::vector<Expression> items;
    while (auto next = item()) {
      items.push_back(repetitions(std::move(*next)));
      skip_blanks(nested);
    }
    return sequence(std::move(items));
  }

  std::optional<Expression> item() {
    if (source_.at_end()) return std::nullopt;
    const size_t begin = source_.position();
    if (source_.take("\"")) return quoted(begin);
    if (source_.take("[")) return character_class(begin);
    if (source_.take(".")) return characters({{0, 0x10FFFF}});
    if (source_.take("(")) {
      skip_blanks(true);
      Expression inside = alternatives(true);
      if (!source_.take(")")) source_.fail(text("found ", source_.found(), ", expected )"));
      return inside;
    }
    if (!is_name(source_.peek())) return std::nullopt;
    const std::string rule_name = name();
    return rule(number_of(rule_name, begin));
  }

  Expression quoted(size_t begin) {
    std::string bytes;
    while (!source_.take("\"")) bytes += utf8_of(character(begin));
    return literal(std::move(bytes));
  }

  Expression character_class(size_t begin) {
    const bool others = source_.take("^");
    std::vector<CodePoints> set;
    while (!source_.take("]")) {
      const size_t place = source_.position();
      const uint32_t first = character(begin);
      uint32_t last = first;
      if (source_.looks_at("-") && !source_.looks_at("-]")) {
        source_.skip();
        last = character(begin);
      }
      if (last < first) source_.fail_at(place, "the range's first character comes after its last");
      set.push_back({first, last});
    }
    set = others ? complement(std::move(set)) : normalised(std::move(set));
    if (set.empty()) source_.fail_at(begin, "no character is in this class");
    return characters(std::move(set));
  }

  /// One character of a text or class that began at `begin`.
  uint32_t character(size_t begin) {
    if (source_.at_end()) source_.fail_at(begin, "what begins here does not end");
    const size_t place = source_.position();
    if (!source_.take("\\")) return source_.code_point();
    for (const auto& [letter, digits] : {std::pair{"x", 2}, std::pair{"u", 4}, std::pair{"U", 8}}) {
      if (!source_.take(letter)) continue;
      const auto code = source_.hexadecimal(static_cast<size_t>(digits));
      if (!code || *code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF))
        source_.fail_at(place, text("\\", letter, " needs ", digits, " hexadecimal digits of a character"));
      return *code;
    }
    constexpr std::string_view kEscapes = "nrt\\\"[]-^", kMeanings = "\n\r\t\\\"[]-^";
    const size_t which = source_.at_end() ? kEscapes.npos : kEscapes.find(source_.peek());
    if (which == kEscapes.npos) source_.fail_at(place, "there is no such escape");
    source_.skip();
    return static_cast<unsigned char>(kMeanings[which]);
  }

  Expression repetitions(Expression item) {
    for (size_t marks = 0;; ++marks) {
      if (marks > kMostDepth) source_.fail(text("more than ", kMostDepth, " marks repeat one item"));
      skip_blanks(false);
      const auto times = source_.repetition(kMostRepeats);
      if (!times) return item;
      item = repeat(std::move(item), times->first, times->second);
      if (++repetitions_ > kMostRepeats)
        source_.fail(text("there are more than ", kMostRepeats, " repetitions"));
    }
  }

  CharacterSource source_;
  GrammarRules rules_;
  std::map<std::string, size_t> numbers_;
  std::vector<bool> defined_;
  size_t depth_ = 0;
  size_t repetitions_ = 0;
};

}  // namespace

GrammarRules parse_gbnf(std::string_view source) {
  if (source.size() > kMostSourceBytes) {
    throw Error(ErrorCode::kInvalidArgument,
                text("the grammar has ", source.size(), " bytes, at most ", kMostSourceBytes, " go"));
  }
  if (to_valid_utf8(source) != source)
    throw Error(ErrorCode::kInvalidArgument, "the grammar is not valid UTF-8");
  return Parser(source).parse();
}

}  // namespace lapilli
