// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/number_range.h"

#include "engine/base/error.h"

#include <type_traits>

namespace lapilli::cli {

template <class Number>
std::string range_words(const NumberRange<Number>& range) {
  const std::string kind = std::is_integral_v<Number> ? "a whole number" : "a number";
  const bool bounded = range.most < std::numeric_limits<Number>::max();
  if (range.above_least)
    return text(kind, " above ", range.least, bounded ? text(", at most ", range.most) : std::string());
  return bounded ? text(kind, " from ", range.least, " to ", range.most)
                 : text(kind, " of ", range.least, " or more");
}

template std::string range_words(const NumberRange<uint32_t>&);
template std::string range_words(const NumberRange<uint64_t>&);
template std::string range_words(const NumberRange<int32_t>&);
template std::string range_words(const NumberRange<float>&);

}  // namespace lapilli::cli
