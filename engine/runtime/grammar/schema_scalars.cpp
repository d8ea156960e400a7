// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/grammar/json_text.h"
#include "engine/runtime/grammar/pattern.h"
#include "engine/runtime/grammar/schema_compiler.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lapilli {
namespace {

using Json = SchemaCompiler::Json;

constexpr uint32_t kMostCount = 100'000;
constexpr int64_t kMostInteger = 999'999'999'999'999;  // doubles hold all of these
constexpr int64_t kMostScaled = 999'999'999'999'999'999;
constexpr uint32_t kMostDecimals = 6;

// February ends on the 28th, so that every date exists.
constexpr const char* kDate =
    "[0-9]{4}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)";
constexpr const char* kTime = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
constexpr const char* kUuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/// A bound as a whole number of 10^−decimals.
struct Bound {
  int64_t scaled;
  uint32_t decimals;
};

/// A bound's decimal digits as the shortest text of the number has them; nothing where it has too many.
std::optional<Bound> exact_bound(const Json& value) {
  const std::string text = value.dump();
  const size_t point = text.find('.');
  std::string digits = text;
  uint32_t decimals = 0;
  if (point != std::string::npos) {
    digits.erase(point, 1);
    decimals = static_cast<uint32_t>(text.size() - point - 1);
    for (; decimals > 0 && digits.ends_with('0'); --decimals) digits.pop_back();
  }
  const bool plain = text.find_first_of("eE") == std::string::npos;
  if (!plain || decimals > kMostDecimals || digits.size() > 15) return std::nullopt;
  return Bound{std::stoll(digits), decimals};
}

int64_t scaled(const Bound& bound, uint32_t decimals) {
  int64_t result = bound.scaled;
  for (uint32_t more = bound.decimals; more < decimals; ++more) {
    if (std::abs(result) > kMostScaled / 10) return result < 0 ? -kMostScaled : kMostScaled;
    result *= 10;
  }
  return result;
}

}  // namespace

std::optional<uint32_t> SchemaCompiler::count(const Json& schema, const char* keyword,
                                              const std::string& place) {
  const auto found = schema.find(keyword);
  if (found == schema.end()) return std::nullopt;
  const bool whole = found->is_number() && found->get<double>() == std::floor(found->get<double>());
  if (!whole || found->get<double>() < 0 || found->get<double>() > kMostCount)
    refuse(text(place, "/", keyword), text("is ", found->dump(), ", expected 0 to ", kMostCount));
  return static_cast<uint32_t>(found->get<double>());
}

Expression SchemaCompiler::string(const Json& schema, const std::string& place) {
  const auto least = count(schema, "minLength", place), most = count(schema, "maxLength", place);
  const bool has_pattern = schema.contains("pattern"), has_format = schema.contains("format");
  if (int{has_pattern} + int{has_format} + int{least || most} > 1)
    refuse(place, "only one of pattern, format and the lengths is supported at once");
  if (has_format) {
    const Json& format = schema["format"];
    if (format == "date") return json_string_matching(text("^", kDate, "$"));
    if (format == "time") return json_string_matching(text("^", kTime, "$"));
    if (format == "date-time") return json_string_matching(text("^", kDate, "T", kTime, "$"));
    if (format == "uuid") return json_string_matching(text("^", kUuid, "$"));
    refuse(place + "/format", text("is ", format.dump(), ", supported are date, time, date-time, uuid"));
  }
  if (has_pattern) {
    if (!schema["pattern"].is_string()) refuse(place + "/pattern", "is no string");
    try {
      return json_string_matching(schema["pattern"].get<std::string>());
    } catch (const Error& error) {
      throw error.within(place + "/pattern");
    }
  }
  if (most && *most < least.value_or(0))
    refuse(place, text("maxLength ", *most, " is below minLength ", *least, ", so there is no answer"));
  return json_string(least.value_or(0), most.value_or(Expression::kUnlimited));
}

Expression SchemaCompiler::integer(const Json& schema, const std::string& place) {
  int64_t least = -kMostInteger, most = kMostInteger;
  for (const auto& [keyword, is_least, excluded] : {std::tuple{"minimum", true, 0},
                                                    {"exclusiveMinimum", true, 1},
                                                    {"maximum", false, 0},
                                                    {"exclusiveMaximum", false, 1}}) {
    const auto found = schema.find(keyword);
    if (found == schema.end()) continue;
    if (!found->is_number()) refuse(text(place, "/", keyword), "is no number");
    const double limit = std::clamp(found->get<double>(), -2.0 * kMostInteger, 2.0 * kMostInteger);
    if (is_least) {
      const double first = excluded != 0 ? std::floor(limit) + 1 : std::ceil(limit);
      least = std::max(least, static_cast<int64_t>(first));
    } else {
      const double last = excluded != 0 ? std::ceil(limit) - 1 : std::floor(limit);
      most = std::min(most, static_cast<int64_t>(last));
    }
  }
  if (least > most)
    refuse(place, "no integer of up to 15 digits is within the bounds, so there is no answer");
  return json_integer(least, most);
}

Expression SchemaCompiler::number(const Json& schema, const std::string& place) {
  struct Limit {
    Bound bound;
    bool is_least, excluded;
  };
  std::vector<Limit> limits;
  uint32_t decimals = 0;
  for (const auto& [keyword, is_least, excluded] : {std::tuple{"minimum", true, false},
                                                    {"exclusiveMinimum", true, true},
                                                    {"maximum", false, false},
                                                    {"exclusiveMaximum", false, true}}) {
    const auto found = schema.find(keyword);
    if (found == schema.end()) continue;
    if (!found->is_number()) refuse(text(place, "/", keyword), "is no number");
    const auto bound = exact_bound(*found);
    if (!bound)
      refuse(text(place, "/", keyword),
             text("is ", found->dump(), ", supported are up to ", kMostDecimals, " decimals and 15 digits"));
    // One decimal more, so that there is something between the bounds.
    decimals = std::max(decimals, std::min(bound->decimals + (excluded ? 1 : 0), kMostDecimals));
    limits.push_back({*bound, is_least, excluded});
  }
  if (limits.empty()) return json_number();
  int64_t most = scaled({kMostInteger, 0}, decimals), least = -most;
  for (const Limit& limit : limits) {
    const int64_t value = scaled(limit.bound, decimals);
    if (limit.is_least) least = std::max(least, value + (limit.excluded ? 1 : 0));
    if (!limit.is_least) most = std::min(most, value - (limit.excluded ? 1 : 0));
  }
  if (least > most) {
    refuse(place, text("no number of up to ", kMostDecimals,
                       " decimals is within the bounds, so there is no answer"));
  }
  return json_number(least, most, decimals);
}

}  // namespace lapilli
