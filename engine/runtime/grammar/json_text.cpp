// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/json_text.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint32_t kMostDecimals = 6;

Expression digit(char first = '0', char last = '9') {
  return characters({{static_cast<uint32_t>(first), static_cast<uint32_t>(last)}});
}

Expression digits(size_t count) {
  return repeat(digit(), static_cast<uint32_t>(count), static_cast<uint32_t>(count));
}

/// All numbers of so many digits, a point before the last `decimals` of them where there are more.
Expression any_number(size_t length, size_t decimals) {
  if (decimals == 0 || length <= decimals) return digits(length);
  return sequence(parts(digits(length - decimals), literal("."), digits(decimals)));
}

/// The numbers of equally many digits from `least` to `most`, a point before the last `decimals` where there
/// are more.
Expression between(std::string_view least, std::string_view most, size_t decimals) {
  const size_t length = least.size();
  const std::string lowest(length, '0'), highest(length, '9');
  if (least == lowest && most == highest) return any_number(length, decimals);
  const size_t rest = length - 1;
  const auto begun_with = [&](char first, char last, Expression further) {
    const char* point = decimals > 0 && rest == decimals ? "." : "";
    return sequence(parts(digit(first, last), literal(point), std::move(further)));
  };
  const std::string_view least_rest = least.substr(1), most_rest = most.substr(1);
  if (least[0] == most[0]) return begun_with(least[0], least[0], between(least_rest, most_rest, decimals));
  std::vector<Expression> all;
  all.push_back(begun_with(least[0], least[0], between(least_rest, highest.substr(1), decimals)));
  if (most[0] - least[0] > 1) {
    all.push_back(begun_with(static_cast<char>(least[0] + 1), static_cast<char>(most[0] - 1),
                             any_number(rest, decimals)));
  }
  all.push_back(begun_with(most[0], most[0], between(lowest.substr(1), most_rest, decimals)));
  return choice(std::move(all));
}

/// The numbers from `least` to `most` · 10^−decimals, with exactly so many decimals; nothing when there are
/// none.
std::optional<Expression> fixed_point(int64_t least, int64_t most, uint32_t decimals) {
  if (least > most) return std::nullopt;
  std::vector<Expression> by_length;
  int64_t first = least;
  for (size_t length = decimals + 1; first <= most; ++length) {
    const int64_t last_of_length = length >= 19 ? most : static_cast<int64_t>(std::pow(10.0L, length)) - 1;
    if (first > last_of_length) continue;
    const int64_t last = std::min(most, last_of_length);
    const auto padded = [&](int64_t value) {
      const std::string text = std::to_string(value);
      return std::string(length - std::min(length, text.size()), '0') + text;
    };
    by_length.push_back(between(padded(first), padded(last), decimals));
    if (last == most) break;
    first = last + 1;
  }
  return choice(std::move(by_length));
}

/// As fixed_point, with further decimals.
std::optional<Expression> with_further_decimals(int64_t least, int64_t most, uint32_t decimals) {
  if (decimals >= kMostDecimals) return std::nullopt;
  auto numbers = fixed_point(least, most, decimals);
  if (!numbers) return std::nullopt;
  return sequence(parts(std::move(*numbers), literal(decimals == 0 ? "." : ""),
                        repeat(digit(), 1, kMostDecimals - decimals)));
}

void add(std::optional<Expression> expression, const char* sign, std::vector<Expression>& to) {
  if (expression) to.push_back(sequence(parts(literal(sign), std::move(*expression))));
}

}  // namespace

std::string json_text(const Json& value) {
  if (!value.is_structured()) return value.dump();
  std::string inside;
  for (const auto& [key, item] : value.items()) {
    if (!inside.empty()) inside += ", ";
    if (value.is_object()) inside += Json(key).dump() + ": ";
    inside += json_text(item);
  }
  return value.is_object() ? "{" + inside + "}" : "[" + inside + "]";
}

Expression json_character(const std::vector<CodePoints>& set) {
  std::vector<CodePoints> escaped;
  for (const auto& [character, letter] :
       {std::pair{'"', '"'}, {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}}) {
    const auto code = static_cast<uint32_t>(character);
    const auto holds = [&](const CodePoints& range) { return range.first <= code && code <= range.last; };
    const auto escape = static_cast<uint32_t>(letter);
    if (std::any_of(set.begin(), set.end(), holds)) escaped.push_back({escape, escape});
  }
  Expression plain = characters(intersection(set, complement({{0, 0x1F}, {'"', '"'}, {'\\', '\\'}})));
  if (escaped.empty()) return plain;
  Expression with_escape = sequence(parts(literal("\\"), characters(std::move(escaped))));
  if (plain.characters.empty()) return with_escape;
  return choice(parts(std::move(plain), std::move(with_escape)));
}

Expression json_string(uint32_t least, uint32_t most) {
  return sequence(parts(literal("\""), repeat(json_character(complement({})), least, most), literal("\"")));
}

Expression json_integer(int64_t least, int64_t most) {
  std::vector<Expression> all;
  if (least < 0) add(fixed_point(std::max<int64_t>(1, -most), -least, 0), "-", all);
  if (most >= 0) add(fixed_point(std::max<int64_t>(0, least), most, 0), "", all);
  return choice(std::move(all));
}

Expression json_number(int64_t least, int64_t most, uint32_t decimals) {
  std::vector<Expression> all;
  int64_t step = 1;
  for (uint32_t places = decimals;; --places, step *= 10) {
    // Magnitudes from the bound nearer to zero to the other one, rounded into the bounds.
    const auto magnitudes = [&](int64_t nearest, int64_t farthest) {
      return fixed_point((nearest + step - 1) / step, farthest / step, places);
    };
    if (least < 0) add(magnitudes(std::max<int64_t>(step, -most), -least), "-", all);
    if (most >= 0) add(magnitudes(std::max<int64_t>(0, least), most), "", all);
    if (places == 0) break;
  }
  if (least < 0) add(with_further_decimals(std::max<int64_t>(0, -most), -least - 1, decimals), "-", all);
  if (most >= 0) add(with_further_decimals(std::max<int64_t>(0, least), most - 1, decimals), "", all);
  return choice(std::move(all));
}

Expression json_number() {
  Expression whole = choice(parts(literal("0"), sequence(parts(digit('1'), repeat(digit(), 0, 14)))));
  return sequence(parts(repeat(literal("-"), 0, 1), std::move(whole),
                        repeat(sequence(parts(literal("."), repeat(digit(), 1, kMostDecimals))), 0, 1)));
}

}  // namespace lapilli
