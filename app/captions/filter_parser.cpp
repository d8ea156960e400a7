// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/filter_node.h"
#include "app/captions/lower.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace lapilli::captions {
namespace {

using Kind = FilterProblem::Kind;

constexpr int kMostDepth = 50;

struct TextKey {
  std::string_view name;
  FilterText text;
};
constexpr std::array<TextKey, 7> kTextKeys = {{{"caption", FilterText::kCaption},
                                               {"before", FilterText::kBefore},
                                               {"name", FilterText::kName},
                                               {"path", FilterText::kPath},
                                               {"folder", FilterText::kFolder},
                                               {"tag", FilterText::kTag},
                                               {"model", FilterText::kModel}}};
struct NumberKey {
  std::string_view name;
  FilterNumber number;
};
constexpr std::array<NumberKey, 5> kNumberKeys = {{{"words", FilterNumber::kWords},
                                                   {"chars", FilterNumber::kCharacters},
                                                   {"tags", FilterNumber::kTags},
                                                   {"size", FilterNumber::kSizeBytes},
                                                   {"rating", FilterNumber::kRating}}};
struct StateName {
  std::string_view name;
  FilterState state;
};
constexpr std::array<StateName, 9> kStates = {{{"waiting", FilterState::kWaiting},
                                               {"skipped", FilterState::kSkipped},
                                               {"failed", FilterState::kFailed},
                                               {"done", FilterState::kDone},
                                               {"accepted", FilterState::kAccepted},
                                               {"rejected", FilterState::kRejected},
                                               {"changed", FilterState::kChanged},
                                               {"edited", FilterState::kEdited},
                                               {"empty", FilterState::kEmpty}}};
struct SizeUnit {
  std::string_view name;
  double bytes;
};
constexpr std::array<SizeUnit, 13> kUnits = {{{"", 1},
                                              {"b", 1},
                                              {"k", 1e3},
                                              {"kb", 1e3},
                                              {"m", 1e6},
                                              {"mb", 1e6},
                                              {"g", 1e9},
                                              {"gb", 1e9},
                                              {"tb", 1e12},
                                              {"kib", 1024.},
                                              {"mib", 1024. * 1024},
                                              {"gib", 1024. * 1024 * 1024},
                                              {"tib", 1024. * 1024 * 1024 * 1024}}};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_bracket(char c) {
  return c == '(' || c == ')';
}
bool is_quote(char c) {
  return c == '"' || c == '\'';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

template <class Table>
auto find_named(const Table& table, std::string_view name) {
  return std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.name == name; });
}

/// Takes a comparison from the front; kEqual where none is written.
Comparison take_comparison(std::string_view& text) {
  constexpr std::array<std::pair<std::string_view, Comparison>, 7> kSigns = {
      {{"==", Comparison::kEqual},
       {"!=", Comparison::kUnequal},
       {"<=", Comparison::kLessOrEqual},
       {">=", Comparison::kGreaterOrEqual},
       {"=", Comparison::kEqual},
       {"<", Comparison::kLess},
       {">", Comparison::kGreater}}};
  for (const auto& [sign, comparison] : kSigns) {
    if (!text.starts_with(sign)) continue;
    text.remove_prefix(sign.size());
    return comparison;
  }
  return Comparison::kEqual;
}

/// Takes a number from the front.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

bool is_date(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00";
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  for (size_t at = 0; at < text.size(); ++at) {
    if (kForm[at] == '0' ? !is_digit(text[at]) : text[at] != '-') return false;
  }
  const auto two = [&](size_t at) { return (text[at] - '0') * 10 + text[at + 1] - '0'; };
  const bool month = text.size() < 7 || (two(5) >= 1 && two(5) <= 12);
  return month && (text.size() < 10 || (two(8) >= 1 && two(8) <= 31));
}

class Parser {
 public:
  Parser(std::string_view text, const FilterFold& fold) : text_(text), fold_(fold) {}

  /// Null for a text without words. Throws FilterProblem.
  FilterNode parse() {
    skip_blanks();
    if (at_end()) return nullptr;
    FilterNode node = read_any(0);
    if (!at_end()) fail(Kind::kClosedBracket, at_, 1);
    return node;
  }
  [[nodiscard]] bool needs_facts() const { return needs_facts_; }

 private:
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  void skip_blanks() {
    while (!at_end() && is_blank(text_[at_])) ++at_;
  }
  [[noreturn]] void fail(Kind kind, size_t at, size_t bytes) const {
    throw FilterProblem{kind, at, std::string(text_.substr(at, bytes))};
  }
  /// The bytes up to a blank or a bracket.
  [[nodiscard]] std::string_view word_at(size_t at) const {
    size_t end = at;
    while (end < text_.size() && !is_blank(text_[end]) && !is_bracket(text_[end])) ++end;
    return text_.substr(at, end - at);
  }
  bool take_word(std::string_view word) {
    if (lower(word_at(at_)) != word) return false;
    at_ += word.size();
    skip_blanks();
    return true;
  }
  [[nodiscard]] bool is_operator() const {
    const std::string word = lower(word_at(at_));
    return word == "and" || word == "or" || word == "not";
  }

  FilterNode read_any(int depth) {
    std::vector<FilterNode> nodes = {read_all(depth)};
    for (size_t place = at_; take_word("or"); place = at_) nodes.push_back(read_behind(place, 2, depth));
    return any_of(std::move(nodes));
  }
  /// What stands behind an operator of so many bytes at `place`.
  FilterNode read_behind(size_t place, size_t bytes, int depth) {
    if (at_end() || text_[at_] == ')') fail(Kind::kNothingBeside, place, bytes);
    return bytes == 2 ? read_all(depth) : read_one(depth);
  }
  FilterNode read_all(int depth) {
    std::vector<FilterNode> nodes = {read_one(depth)};
    while (!at_end() && text_[at_] != ')' && lower(word_at(at_)) != "or") {
      const size_t place = at_;
      nodes.push_back(take_word("and") ? read_behind(place, 3, depth) : read_one(depth));
    }
    return all_of(std::move(nodes));
  }
  FilterNode read_one(int depth) {
    bool negated = false;
    for (size_t place = at_; take_word("not"); place = at_) {
      if (at_end() || text_[at_] == ')') fail(Kind::kNothingBeside, place, 3);
      negated = !negated;
    }
    FilterNode node = text_[at_] == '(' ? read_brackets(depth) : read_term();
    skip_blanks();
    return negated ? none_of(std::move(node)) : node;
  }
  FilterNode read_brackets(int depth) {
    const size_t open = at_++;
    if (depth >= kMostDepth) fail(Kind::kTooDeep, open, 1);
    skip_blanks();
    if (at_end()) fail(Kind::kOpenBracket, open, 1);
    if (text_[at_] == ')') fail(Kind::kNothingBeside, open, at_ - open + 1);
    FilterNode node = read_any(depth + 1);
    if (at_end()) fail(Kind::kOpenBracket, open, 1);
    ++at_;
    return node;
  }

  FilterNode read_term() {
    if (text_[at_] == ')') fail(Kind::kClosedBracket, at_, 1);
    if (is_operator()) fail(Kind::kNothingBeside, at_, word_at(at_).size());
    const size_t start = at_;
    size_t letters = start;
    while (letters < text_.size() && is_letter(text_[letters])) ++letters;
    if (letters == start || letters >= text_.size() || text_[letters] != ':')
      return has_text(FilterText::kAny, read_text());
    at_ = letters + 1;
    return read_value(lower(text_.substr(start, letters - start)), start);
  }
  /// Of a key that stands at `start`.
  FilterNode read_value(const std::string& key, size_t start) {
    const auto text = find_named(kTextKeys, key);
    const auto number = find_named(kNumberKeys, key);
    const bool known =
        text != kTextKeys.end() || number != kNumberKeys.end() || key == "date" || key == "state";
    if (!known) fail(Kind::kUnknownKey, start, at_ - start);
    skip_blanks();
    if (at_end() || is_bracket(text_[at_])) fail(Kind::kNoValue, start, key.size() + 1);
    if (text != kTextKeys.end()) return has_text(text->text, read_text());
    if (key == "state") return read_state();
    if (key == "date") return read_date();
    if (key == "tags" && !is_digit(text_[at_]) &&
        std::string_view("=!<>").find(text_[at_]) == std::string::npos)
      return has_text(FilterText::kTag, read_text());
    return read_number(number->number);
  }
  FilterNode read_state() {
    const std::string_view word = word_at(at_);
    const auto found = find_named(kStates, lower(word));
    if (found == kStates.end()) fail(Kind::kUnknownState, at_, word.size());
    at_ += word.size();
    return has_state(found->state);
  }
  /// A comparison and the word behind it.
  std::pair<Comparison, std::string_view> read_comparison() {
    std::string_view word = word_at(at_);
    const size_t bytes = word.size();
    const Comparison comparison = take_comparison(word);
    at_ += bytes - word.size();
    skip_blanks();
    return {comparison, word_at(at_)};
  }
  FilterNode read_date() {
    needs_facts_ = true;
    const size_t start = at_;
    const auto [comparison, word] = read_comparison();
    if (!is_date(word)) fail(Kind::kNoDate, start, at_ + word.size() - start);
    at_ += word.size();
    return has_date(comparison, std::string(word));
  }
  FilterNode read_number(FilterNumber what) {
    const bool is_size = what == FilterNumber::kSizeBytes;
    needs_facts_ = needs_facts_ || is_size || what == FilterNumber::kRating;
    const size_t start = at_;
    const auto [comparison, word] = read_comparison();
    std::string_view rest = word;
    const auto value = take_number(rest);
    const auto unit = find_named(kUnits, lower(rest));
    if (!value || (is_size ? unit == kUnits.end() : !rest.empty()))
      fail(is_size ? Kind::kNoSize : Kind::kNoNumber, start, at_ + word.size() - start);
    at_ += word.size();
    return has_number(what, comparison, is_size ? *value * unit->bytes : *value);
  }

  /// A word or what stands in quotes, as WildText takes it.
  std::string read_text() {
    std::string wild;
    if (!is_quote(text_[at_])) {
      const std::string_view word = word_at(at_);
      at_ += word.size();
      for (const char c : word) wild += c == '\\' ? "\\\\" : std::string(1, c);
      return fold_(wild);
    }
    const size_t open = at_;
    const char quote = text_[at_++];
    for (; !at_end() && text_[at_] != quote; ++at_) {
      if (text_[at_] != '\\') {
        wild += text_[at_];
        continue;
      }
      const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
      const bool escapes = next == '\\' || next == '*' || next == '?';
      if (escapes || is_quote(next)) ++at_;
      wild += escapes ? std::string{'\\', next} : is_quote(next) ? std::string(1, next) : "\\\\";
    }
    if (at_end()) fail(Kind::kOpenQuote, open, 1);
    ++at_;
    return fold_(wild);
  }

  std::string_view text_;
  const FilterFold& fold_;
  size_t at_ = 0;
  bool needs_facts_ = false;
};

}  // namespace

ParsedFilter Filter::parse(std::string_view text, const FilterFold& fold) {
  ParsedFilter parsed;
  try {
    Parser parser(text, fold);
    parsed.filter.root_ = parser.parse();
    parsed.filter.needs_facts_ = parser.needs_facts();
  } catch (FilterProblem& problem) {
    parsed.problem = std::move(problem);
  }
  return parsed;
}

std::string_view filter_keys() {
  return "caption: before: name: path: folder: tag: model: words: chars: tags: size: rating: date: state:";
}

std::string_view filter_states() {
  return "waiting skipped failed done accepted rejected changed edited empty";
}

}  // namespace lapilli::captions
