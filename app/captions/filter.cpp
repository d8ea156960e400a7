// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/filter_node.h"

#include <algorithm>

namespace lapilli::captions {
namespace {

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

size_t character_bytes(std::string_view text, size_t at) {
  constexpr size_t kMost = 4;
  size_t end = at + 1;
  while (end < text.size() && end < at + kMost && is_continuation(text[end])) ++end;
  return end - at;
}

size_t count_characters(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !is_continuation(byte); }));
}

char32_t character_at(std::string_view text, size_t at, size_t bytes) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (bytes == 1) return lead;
  char32_t value = lead & (0xffu >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) value = value << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3f);
  return value;
}

/// Of scripts that put no spaces between words: Chinese, Japanese; Korean does.
bool is_a_word(char32_t character) {
  return (character >= 0x3040 && character <= 0x30ff) || (character >= 0x3400 && character <= 0x9fff) ||
         (character >= 0xf900 && character <= 0xfaff) || (character >= 0x20000 && character <= 0x323af);
}

/// Signs of these scripts, which are none.
bool is_wide_sign(char32_t character) {
  return (character >= 0x3000 && character <= 0x303f) || (character >= 0xff00 && character <= 0xff20);
}

bool is_space(char32_t character) {
  return character == ' ' || (character >= '\t' && character <= '\r') || is_wide_sign(character);
}

template <class Value>
bool compare(Comparison comparison, const Value& a, const Value& b) {
  switch (comparison) {
    case Comparison::kEqual:
      return a == b;
    case Comparison::kUnequal:
      return a != b;
    case Comparison::kLess:
      return a < b;
    case Comparison::kGreater:
      return a > b;
    case Comparison::kLessOrEqual:
      return a <= b;
    case Comparison::kGreaterOrEqual:
      return a >= b;
  }
  return false;
}

class TextNode final : public Filter::Node {
 public:
  TextNode(FilterText what, std::string_view wild) : what_(what), wild_(wild) {}
  bool matches(const FilterSubject& subject) const override {
    switch (what_) {
      case FilterText::kAny:
        return wild_.is_in(subject.text(FilterText::kCaption)) ||
               wild_.is_in(subject.text(FilterText::kPath)) ||
               wild_.is_in(subject.text(FilterText::kBefore)) || wild_.is_in(subject.text(FilterText::kAny));
      case FilterText::kTag:
        return any_tag(subject);
      case FilterText::kName:
      case FilterText::kCaption:
      case FilterText::kBefore:
      case FilterText::kPath:
        return wild_.is_in(subject.text(what_));
      case FilterText::kFolder:
      case FilterText::kModel:
        return wild_.is_all_of(subject.text(what_));
    }
    return false;
  }

 private:
  [[nodiscard]] bool any_tag(const FilterSubject& subject) const {
    const std::vector<std::string> tags = subject.tags();
    return std::any_of(tags.begin(), tags.end(),
                       [&](const std::string& tag) { return wild_.is_all_of(tag); });
  }
  FilterText what_;
  WildText wild_;
};

class NumberNode final : public Filter::Node {
 public:
  NumberNode(FilterNumber what, Comparison comparison, double value)
      : what_(what), comparison_(comparison), value_(value) {}
  bool matches(const FilterSubject& subject) const override {
    const std::optional<double> found = number_of(subject);
    return found && compare(comparison_, *found, value_);
  }

 private:
  [[nodiscard]] std::optional<double> number_of(const FilterSubject& subject) const {
    switch (what_) {
      case FilterNumber::kWords:
        return static_cast<double>(count_words(subject.text(FilterText::kCaption)));
      case FilterNumber::kCharacters:
        return static_cast<double>(count_characters(subject.text(FilterText::kCaption)));
      case FilterNumber::kTags:
        return static_cast<double>(subject.tags().size());
      default:
        return subject.number(what_);
    }
  }
  FilterNumber what_;
  Comparison comparison_;
  double value_;
};

class DateNode final : public Filter::Node {
 public:
  DateNode(Comparison comparison, std::string value) : comparison_(comparison), value_(std::move(value)) {}
  bool matches(const FilterSubject& subject) const override {
    const std::string date = subject.date();
    return !date.empty() && compare(comparison_, date.substr(0, value_.size()), value_);
  }

 private:
  Comparison comparison_;
  std::string value_;
};

class StateNode final : public Filter::Node {
 public:
  explicit StateNode(FilterState state) : state_(state) {}
  bool matches(const FilterSubject& subject) const override { return subject.is(state_); }

 private:
  FilterState state_;
};

class AllNode final : public Filter::Node {
 public:
  explicit AllNode(std::vector<FilterNode> nodes) : nodes_(std::move(nodes)) {}
  bool matches(const FilterSubject& subject) const override {
    return std::all_of(nodes_.begin(), nodes_.end(),
                       [&](const auto& node) { return node->matches(subject); });
  }

 private:
  std::vector<FilterNode> nodes_;
};

class AnyNode final : public Filter::Node {
 public:
  explicit AnyNode(std::vector<FilterNode> nodes) : nodes_(std::move(nodes)) {}
  bool matches(const FilterSubject& subject) const override {
    return std::any_of(nodes_.begin(), nodes_.end(),
                       [&](const auto& node) { return node->matches(subject); });
  }

 private:
  std::vector<FilterNode> nodes_;
};

class NoneNode final : public Filter::Node {
 public:
  explicit NoneNode(FilterNode node) : node_(std::move(node)) {}
  bool matches(const FilterSubject& subject) const override { return !node_->matches(subject); }

 private:
  FilterNode node_;
};

}  // namespace

WildText::WildText(std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    const bool escaped = text[at] == '\\' && at + 1 < text.size();
    if (escaped) ++at;
    const Kind kind = escaped || (text[at] != '*' && text[at] != '?') ? Kind::kByte
                      : text[at] == '*'                               ? Kind::kAny
                                                                      : Kind::kOne;
    is_plain_ = is_plain_ && kind == Kind::kByte;
    parts_.push_back({kind, text[at]});
    plain_ += text[at];
  }
  anywhere_.push_back({Kind::kAny, '*'});
  anywhere_.insert(anywhere_.end(), parts_.begin(), parts_.end());
  anywhere_.push_back({Kind::kAny, '*'});
}

/// Where a part does not fit, the last `*` takes one character more.
bool WildText::match(const std::vector<Part>& parts, std::string_view text) {
  size_t part = 0, at = 0, star = parts.size(), star_at = 0;
  while (at < text.size()) {
    if (part < parts.size() && parts[part].kind == Kind::kAny) {
      star = part++;
      star_at = at;
    } else if (part < parts.size() && parts[part].kind == Kind::kOne) {
      ++part;
      at += character_bytes(text, at);
    } else if (part < parts.size() && parts[part].byte == text[at]) {
      ++part;
      ++at;
    } else if (star < parts.size()) {
      star_at += character_bytes(text, star_at);
      at = star_at;
      part = star + 1;
    } else {
      return false;
    }
  }
  while (part < parts.size() && parts[part].kind == Kind::kAny) ++part;
  return part == parts.size();
}

bool WildText::is_all_of(std::string_view text) const {
  return is_plain_ ? text == plain_ : match(parts_, text);
}

bool WildText::is_in(std::string_view text) const {
  return is_plain_ ? text.find(plain_) != std::string_view::npos : match(anywhere_, text);
}

FilterNode has_text(FilterText what, std::string_view wild) {
  return std::make_shared<TextNode>(what, wild);
}
FilterNode has_number(FilterNumber what, Comparison comparison, double value) {
  return std::make_shared<NumberNode>(what, comparison, value);
}
FilterNode has_date(Comparison comparison, std::string value) {
  return std::make_shared<DateNode>(comparison, std::move(value));
}
FilterNode has_state(FilterState state) {
  return std::make_shared<StateNode>(state);
}
FilterNode all_of(std::vector<FilterNode> nodes) {
  return nodes.size() == 1 ? nodes.front() : std::make_shared<AllNode>(std::move(nodes));
}
FilterNode any_of(std::vector<FilterNode> nodes) {
  return nodes.size() == 1 ? nodes.front() : std::make_shared<AnyNode>(std::move(nodes));
}
FilterNode none_of(FilterNode node) {
  return std::make_shared<NoneNode>(std::move(node));
}

bool Filter::matches(const FilterSubject& subject) const {
  return root_ == nullptr || root_->matches(subject);
}

size_t count_words(std::string_view text) {
  size_t words = 0;
  bool inside = false;
  for (size_t at = 0, bytes = 0; at < text.size(); at += bytes) {
    bytes = character_bytes(text, at);
    const char32_t character = character_at(text, at, bytes);
    const bool alone = is_a_word(character);
    const bool letter = !alone && !is_space(character);
    if (alone || (letter && !inside)) ++words;
    inside = letter;
  }
  return words;
}

}  // namespace lapilli::captions
