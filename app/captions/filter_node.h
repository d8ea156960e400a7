// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/filter.h"

#include <vector>

namespace lapilli::captions {

enum class Comparison { kEqual, kUnequal, kLess, kGreater, kLessOrEqual, kGreaterOrEqual };

/// A text with `*` and `?`, ready to be compared.
class WildText {
 public:
  /// `text`: where a character is written as such, `\` stands before it.
  explicit WildText(std::string_view text);
  [[nodiscard]] bool is_all_of(std::string_view text) const;
  [[nodiscard]] bool is_in(std::string_view text) const;

 private:
  enum class Kind : char { kByte, kOne, kAny };
  struct Part {
    Kind kind;
    char byte;
  };
  [[nodiscard]] static bool match(const std::vector<Part>& parts, std::string_view text);
  std::vector<Part> parts_;
  std::vector<Part> anywhere_;  // between two kAny
  std::string plain_;           // all of it, where there is neither * nor ?
  bool is_plain_ = true;
};

/// A condition on a picture.
class Filter::Node {
 public:
  virtual ~Node() = default;
  [[nodiscard]] virtual bool matches(const FilterSubject& subject) const = 0;
};

using FilterNode = std::shared_ptr<const Filter::Node>;

[[nodiscard]] FilterNode has_text(FilterText what, std::string_view wild);
[[nodiscard]] FilterNode has_number(FilterNumber what, Comparison comparison, double value);
/// `value`: "2024", "2024-05" or "2024-05-17"; a date counts as far as the value goes.
[[nodiscard]] FilterNode has_date(Comparison comparison, std::string value);
[[nodiscard]] FilterNode has_state(FilterState state);
[[nodiscard]] FilterNode all_of(std::vector<FilterNode> nodes);
[[nodiscard]] FilterNode any_of(std::vector<FilterNode> nodes);
[[nodiscard]] FilterNode none_of(FilterNode node);

}  // namespace lapilli::captions
