// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/expression.h"

#include <algorithm>

namespace lapilli {
namespace {

constexpr uint32_t kLastCodePoint = 0x10FFFF;
constexpr CodePoints kSurrogates{0xD800, 0xDFFF};

}  // namespace

std::vector<CodePoints> normalised(std::vector<CodePoints> set) {
  std::vector<CodePoints> without_surrogates;
  for (const CodePoints& range : set) {
    if (range.first > range.last) continue;
    const CodePoints below{range.first, std::min(range.last, kSurrogates.first - 1)};
    const CodePoints above{std::max(range.first, kSurrogates.last + 1), std::min(range.last, kLastCodePoint)};
    if (below.first <= below.last) without_surrogates.push_back(below);
    if (above.first <= above.last) without_surrogates.push_back(above);
  }
  std::sort(without_surrogates.begin(), without_surrogates.end(),
            [](const CodePoints& a, const CodePoints& b) { return a.first < b.first; });
  std::vector<CodePoints> merged;
  for (const CodePoints& range : without_surrogates) {
    if (!merged.empty() && range.first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

std::vector<CodePoints> complement(std::vector<CodePoints> set) {
  std::vector<CodePoints> result;
  uint32_t next = 0;
  for (const CodePoints& range : normalised(std::move(set))) {
    if (range.first > next) result.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastCodePoint) result.push_back({next, kLastCodePoint});
  return normalised(std::move(result));
}

std::vector<CodePoints> intersection(const std::vector<CodePoints>& a, const std::vector<CodePoints>& b) {
  std::vector<CodePoints> outside = complement(a);
  const std::vector<CodePoints> outside_b = complement(b);
  outside.insert(outside.end(), outside_b.begin(), outside_b.end());
  return complement(std::move(outside));
}

Expression literal(std::string bytes) {
  return {.kind = Expression::Kind::kLiteral, .literal = std::move(bytes)};
}

Expression characters(std::vector<CodePoints> set) {
  return {.kind = Expression::Kind::kCharacters, .characters = normalised(std::move(set))};
}

Expression sequence(std::vector<Expression> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  return {.kind = Expression::Kind::kSequence, .parts = std::move(parts)};
}

Expression choice(std::vector<Expression> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  return {.kind = Expression::Kind::kChoice, .parts = std::move(parts)};
}

Expression repeat(Expression part, uint32_t least, uint32_t most) {
  Expression result{.kind = Expression::Kind::kRepeat, .least = least, .most = most};
  result.parts.push_back(std::move(part));
  return result;
}

Expression rule(size_t index) {
  return {.kind = Expression::Kind::kRule, .index = static_cast<uint32_t>(index)};
}

Expression once(uint32_t flag) {
  return {.kind = Expression::Kind::kOnce, .index = flag};
}

Expression forget(uint32_t first_flag, uint32_t count) {
  return {.kind = Expression::Kind::kForget, .least = count, .index = first_flag};
}

size_t GrammarRules::add(std::string name, std::string place) {
  rules.push_back({std::move(name), std::move(place), {}});
  return rules.size() - 1;
}

}  // namespace lapilli
