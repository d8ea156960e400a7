// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/pattern.h"

#include "engine/base/error.h"
#include "engine/runtime/grammar/character_source.h"
#include "engine/runtime/grammar/json_text.h"

#include <optional>

namespace lapilli {
namespace {

using Set = std::vector<CodePoints>;

constexpr size_t kMostPatternBytes = 4096;
constexpr size_t kMostDepth = 32;
constexpr uint32_t kMostRepeats = 10'000;

Set single(uint32_t code) {
  return {{code, code}};
}

class PatternParser {
 public:
  explicit PatternParser(std::string_view source) : source_(source) {}

  Expression parse() {
    Expression body = alternatives(true);
    if (!source_.at_end()) source_.fail(text("found ", source_.found(), ", which nothing opened"));
    return sequence(parts(literal("\""), std::move(body), literal("\"")));
  }

 private:
  Expression alternatives(bool outermost) {
    if (++depth_ > kMostDepth) source_.fail(text("groups are nested deeper than ", kMostDepth, " levels"));
    std::vector<Expression> all;
    do {
      all.push_back(alternative(outermost));
    } while (source_.take("|"));
    --depth_;
    return choice(std::move(all));
  }

  Expression alternative(bool outermost) {
    const auto anything = [] { return repeat(json_character(complement({})), 0); };
    std::vector<Expression> items;
    if (outermost && !source_.take("^")) items.push_back(anything());
    bool to_the_end = false;
    while (!source_.at_end() && !source_.looks_at("|") && !source_.looks_at(")")) {
      if (to_the_end) source_.fail("nothing can follow $");
      if (outermost && source_.take("$")) {
        to_the_end = true;
      } else {
        items.push_back(repetitions(item()));
      }
    }
    if (outermost && !to_the_end) items.push_back(anything());
    return sequence(std::move(items));
  }

  Expression item() {
    const size_t begin = source_.position();
    if (source_.take("(")) {
      if (source_.looks_at("?") && !source_.take("?:"))
        source_.fail("only plain groups and (?: are supported");
      Expression inside = alternatives(false);
      if (!source_.take(")")) source_.fail_at(begin, "what is opened here is not closed");
      return inside;
    }
    if (source_.take("[")) return one_of(character_class(begin), begin);
    if (source_.take(".")) return one_of(complement({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}), begin);
    if (source_.take("\\")) return one_of(escape(begin), begin);
    for (const char* special : {"^", "$", "*", "+", "?", "{"}) {
      if (source_.looks_at(special)) source_.fail(text("'", special, "' cannot stand here"));
    }
    return one_of(single(source_.code_point()), begin);
  }

  Expression one_of(const Set& set, size_t begin) const {
    Expression result = json_character(set);
    if (result.kind == Expression::Kind::kCharacters && result.characters.empty())
      source_.fail_at(begin, "no character that can be written matches this");
    return result;
  }

  Set character_class(size_t begin) {
    const bool others = source_.take("^");
    Set set;
    while (!source_.take("]")) {
      const size_t place = source_.position();
      Set first = class_item(begin);
      const bool is_range = source_.looks_at("-") && !source_.looks_at("-]");
      if (is_range) {
        source_.skip();
        const Set last = class_item(begin);
        const bool ordered = first.size() == 1 && last.size() == 1 && first[0].first == first[0].last &&
                             last[0].first == last[0].last && first[0].first <= last[0].first;
        if (!ordered) source_.fail_at(place, "this range does not go from one character to a later one");
        first[0].last = last[0].first;
      }
      set.insert(set.end(), first.begin(), first.end());
    }
    return others ? complement(std::move(set)) : normalised(std::move(set));
  }

  Set class_item(size_t begin) {
    if (source_.at_end()) source_.fail_at(begin, "what is opened here is not closed");
    const size_t place = source_.position();
    if (source_.take("\\")) return escape(place);
    return single(source_.code_point());
  }

  /// What a backslash and the following mean.
  Set escape(size_t begin) {
    if (source_.at_end()) source_.fail_at(begin, "nothing follows the backslash");
    const Set digits = {{'0', '9'}};
    const Set words = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
    const Set blanks = {{'\t', '\r'},     {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680},
                        {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F},
                        {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
    for (const auto& [letter, set] : {std::pair{"d", digits}, {"w", words}, {"s", blanks}}) {
      if (source_.take(letter)) return set;
    }
    for (const auto& [letter, set] : {std::pair{"D", digits}, {"W", words}, {"S", blanks}}) {
      if (source_.take(letter)) return complement(set);
    }
    for (const auto& [letter, code] : {std::pair{"n", '\n'}, {"r", '\r'}, {"t", '\t'}, {"f", '\f'}}) {
      if (source_.take(letter)) return single(static_cast<uint32_t>(code));
    }
    for (const auto& [letter, count] : {std::pair{"x", size_t{2}}, {"u", size_t{4}}}) {
      if (!source_.take(letter)) continue;
      const auto code = source_.hexadecimal(count);
      if (!code) source_.fail_at(begin, text("\\", letter, " needs ", count, " hexadecimal digits"));
      return single(*code);
    }
    constexpr std::string_view kPunctuation = "^$\\.*+?()[]{}|/-\"'!#%&,:;<=>@_`~ ";
    if (kPunctuation.find(source_.peek()) == kPunctuation.npos)
      source_.fail_at(begin, text("\\", source_.found(), " is not supported"));
    return single(source_.code_point());
  }

  Expression repetitions(Expression item) {
    const auto times = source_.repetition(kMostRepeats);
    if (!times) return item;
    (void)source_.take("?");  // fewest first: the same texts
    return repeat(std::move(item), times->first, times->second);
  }

  CharacterSource source_;
  size_t depth_ = 0;
};

}  // namespace

Expression json_string_matching(std::string_view pattern) {
  if (pattern.size() > kMostPatternBytes) {
    throw Error(ErrorCode::kInvalidArgument,
                text("the pattern has ", pattern.size(), " bytes, at most ", kMostPatternBytes, " go"));
  }
  return PatternParser(pattern).parse();
}

}  // namespace lapilli
