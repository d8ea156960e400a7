// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/demo/question.h"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace lapilli::demo {

/// Whether the answer is right.
///
/// Short answers are compared without case, articles and the last full stop, numbers also as words. Captions,
/// descriptions and lists name every object (repeated ones as often) and no others. JSON has exactly the keys
/// and values asked for; numbers may be strings. Boxes overlap by an IoU of at least 0.5. Free answers hold
/// the words of the truth.
[[nodiscard]] bool grade(const Question& question, std::string_view answer);

/// Of both boxes' union, the part that they share; 0 for boxes without area.
[[nodiscard]] float intersection_over_union(const Box& a, const Box& b);

struct Tally {
  uint64_t right = 0;
  uint64_t asked = 0;
  [[nodiscard]] double share() const {
    return asked == 0 ? 0 : static_cast<double>(right) / static_cast<double>(asked);
  }
};

/// Right answers by kind; add as they come.
struct Score {
  std::map<QuestionKind, Tally> kinds = {};

  void add(const Question& question, std::string_view answer);
  [[nodiscard]] Tally of(std::span<const QuestionKind> kinds) const;
  /// All kinds that are answered by a single word or phrase.
  [[nodiscard]] Tally short_answers() const;
  [[nodiscard]] Tally total() const;
};

/// A line a kind: name, right, asked, percent; then short answers and the total.
[[nodiscard]] std::string to_string(const Score& score);

}  // namespace lapilli::demo
