// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/number_options.h"

#include "engine/base/error.h"

#include <charconv>

namespace lapilli::cli {
template <class Number>
Number parse_number(const std::string& option, const std::string& value, const NumberRange<Number>& range) {
  Number number = 0;
  const char* const end = value.data() + value.size();
  const auto parsed = std::from_chars(value.data(), end, number);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == end;
  if (whole && range.holds(number)) return number;
  throw CLI::ValidationError(
      text(option, " is ", value, "; give ", range_words(range), ", or leave the option out"));
}

template uint32_t parse_number(const std::string&, const std::string&, const NumberRange<uint32_t>&);
template uint64_t parse_number(const std::string&, const std::string&, const NumberRange<uint64_t>&);
template int32_t parse_number(const std::string&, const std::string&, const NumberRange<int32_t>&);
template float parse_number(const std::string&, const std::string&, const NumberRange<float>&);

}  // namespace lapilli::cli
