// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/number_options.h"

#include "engine/base/error.h"

#include <charconv>
#include <type_traits>

namespace lapilli::cli {
namespace {

template <class Number>
std::string description(const NumberRange<Number>& range) {
  const std::string kind = std::is_integral_v<Number> ? "a whole number" : "a number";
  const bool bounded = range.most < std::numeric_limits<Number>::max();
  if (range.above_least)
    return text(kind, " above ", range.least, bounded ? text(", at most ", range.most) : std::string());
  return bounded ? text(kind, " from ", range.least, " to ", range.most)
                 : text(kind, " of ", range.least, " or more");
}

}  // namespace

template <class Number>
Number parse_number(const std::string& option, const std::string& value, const NumberRange<Number>& range) {
  Number number = 0;
  const char* const end = value.data() + value.size();
  const auto parsed = std::from_chars(value.data(), end, number);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == end;
  // Comparisons with NaN are false.
  const bool within = range.above_least ? number > range.least : number >= range.least;
  if (whole && within && number <= range.most) return number;
  throw CLI::ValidationError(
      text(option, " is ", value, "; give ", description(range), ", or leave the option out"));
}

template uint32_t parse_number(const std::string&, const std::string&, const NumberRange<uint32_t>&);
template uint64_t parse_number(const std::string&, const std::string&, const NumberRange<uint64_t>&);
template int32_t parse_number(const std::string&, const std::string&, const NumberRange<int32_t>&);
template float parse_number(const std::string&, const std::string&, const NumberRange<float>&);

}  // namespace lapilli::cli
