// SPDX-License-Identifier: Apache-2.0
#include "training/demo/grade.h"

#include "engine/base/error.h"
#include "engine/base/json.h"
#include "training/demo/wording.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include <nlohmann/json.hpp>

namespace lapilli::demo {
namespace {

constexpr float kEnoughOverlap = 0.5f;
constexpr std::array<std::string_view, 6> kNumberWords = {"zero", "one", "two", "three", "four", "five"};

/// Letters and digits in lower case, split at everything else; articles left out, where they are not all.
std::vector<std::string> words_of(std::string_view sentence) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    const auto number = std::find(kNumberWords.begin(), kNumberWords.end(), word);
    if (number != kNumberWords.end()) word = text(number - kNumberWords.begin());
    if (!word.empty()) words.push_back(word);
    word.clear();
  };
  for (const char c : sentence) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      word += static_cast<char>(upper ? c - 'A' + 'a' : c);
    else
      finish();
  }
  finish();
  if (words.size() > 1)
    std::erase_if(words, [](const std::string& w) { return w == "a" || w == "an" || w == "the"; });
  return words;
}

size_t times_named(const std::vector<std::string>& words, const std::vector<std::string>& wanted) {
  size_t times = 0;
  for (auto at = words.begin();; ++at, ++times) {
    at = std::search(at, words.end(), wanted.begin(), wanted.end());
    if (at == words.end()) return times;
  }
}

bool holds(std::string_view answer, std::string_view wanted) {
  return times_named(words_of(answer), words_of(wanted)) > 0;
}

/// Every phrase as often as the truth has it.
bool names_all(std::string_view answer, const std::vector<std::string>& truth) {
  const auto words = words_of(answer);
  return std::all_of(truth.begin(), truth.end(), [&](const std::string& phrase) {
    return times_named(words, words_of(phrase)) ==
           static_cast<size_t>(std::count(truth.begin(), truth.end(), phrase));
  });
}

size_t objects_named(std::string_view answer) {
  const auto words = words_of(answer);
  size_t named = static_cast<size_t>(std::count(words.begin(), words.end(), "digit"));
  named += static_cast<size_t>(std::count(words.begin(), words.end(), "word"));
  for (const std::string_view shape : kShapeNames)
    named += static_cast<size_t>(std::count(words.begin(), words.end(), shape));
  return named;
}

bool right_box(std::string_view answer, const std::string& truth) {
  const auto given = parse_box(answer);
  return given && intersection_over_union(*given, parse_box(truth).value()) >= kEnoughOverlap;
}

std::string plain_value(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool right_json(std::string_view answer, const std::string& truth) {
  const auto given = parse_json(answer);
  if (!given || !given->is_object()) return false;
  const auto wanted = parse_json(truth).value();
  if (given->size() != wanted.size()) return false;
  return std::all_of(wanted.items().begin(), wanted.items().end(), [&](const auto& item) {
    return given->contains(item.key()) && plain_value((*given)[item.key()]) == plain_value(item.value());
  });
}

}  // namespace

float intersection_over_union(const Box& a, const Box& b) {
  const float width = std::min(a.x2, b.x2) - std::max(a.x1, b.x1);
  const float height = std::min(a.y2, b.y2) - std::max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const float shared = width * height;
  const auto area = [](const Box& box) { return (box.x2 - box.x1) * (box.y2 - box.y1); };
  return shared / (area(a) + area(b) - shared);
}

bool grade(const Question& question, std::string_view answer) {
  const auto& truth = question.truth;
  switch (question.kind) {
    case QuestionKind::kCaption:
    case QuestionKind::kDetail:
    case QuestionKind::kList:
    case QuestionKind::kRegion:
      return names_all(answer, truth) && objects_named(answer) == truth.size();
    case QuestionKind::kBox:
      return right_box(answer, truth.at(0));
    case QuestionKind::kJson:
      return right_json(answer, truth.at(0));
    case QuestionKind::kSentence:
    case QuestionKind::kIdentity:
    case QuestionKind::kTalk:
      return holds(answer, truth.at(0));
    default:
      return std::any_of(truth.begin(), truth.end(),
                         [&](const std::string& accepted) { return words_of(answer) == words_of(accepted); });
  }
}

void Score::add(const Question& question, std::string_view answer) {
  Tally& tally = kinds[question.kind];
  ++tally.asked;
  if (grade(question, answer)) ++tally.right;
}

Tally Score::of(std::span<const QuestionKind> wanted) const {
  Tally sum;
  for (const QuestionKind kind : wanted) {
    const auto found = kinds.find(kind);
    if (found == kinds.end()) continue;
    sum.right += found->second.right;
    sum.asked += found->second.asked;
  }
  return sum;
}

Tally Score::short_answers() const {
  std::array<QuestionKind, kNumShortKinds> wanted;
  for (size_t index = 0; index < wanted.size(); ++index) wanted[index] = static_cast<QuestionKind>(index);
  return of(wanted);
}

Tally Score::total() const {
  std::array<QuestionKind, kQuestionKindNames.size()> wanted;
  for (size_t index = 0; index < wanted.size(); ++index) wanted[index] = static_cast<QuestionKind>(index);
  return of(wanted);
}

std::string to_string(const Score& score) {
  std::ostringstream out;
  const auto line = [&](std::string_view label, const Tally& tally) {
    out << std::left << std::setw(14) << label << std::right << std::setw(7) << tally.right << " of "
        << std::setw(7) << tally.asked << std::fixed << std::setprecision(1) << std::setw(7)
        << 100 * tally.share() << " %\n";
  };
  for (const auto& [kind, tally] : score.kinds) line(name(kind), tally);
  line("short answers", score.short_answers());
  line("total", score.total());
  return out.str();
}

}  // namespace lapilli::demo
