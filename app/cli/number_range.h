// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace lapilli::cli {

/// The numbers an option or a field takes.
template <class Number>
struct NumberRange {
  Number least = 0;
  Number most = std::numeric_limits<Number>::max();
  bool above_least = false;  ///< `least` itself is not among them

  /// False for NaN.
  [[nodiscard]] bool holds(Number number) const {
    return (above_least ? number > least : number >= least) && number <= most;
  }
};

/// The most of anything that is counted on the command line.
inline constexpr uint32_t kMostCount = uint32_t{1} << 24;

inline constexpr NumberRange<float> kTemperatures{.most = 1000};
inline constexpr NumberRange<float> kTopPs{.most = 1, .above_least = true};
inline constexpr NumberRange<float> kMinPs{.most = 1};
inline constexpr NumberRange<float> kRepeatPenalties{.most = 1000, .above_least = true};
inline constexpr NumberRange<uint32_t> kSubmissionMs{.least = 1, .most = 1000};
inline constexpr NumberRange<uint32_t> kCounts{.least = 1, .most = kMostCount};

/// "a whole number from 1 to 64". For uint32_t, uint64_t, int32_t and float.
template <class Number>
[[nodiscard]] std::string range_words(const NumberRange<Number>& range);

}  // namespace lapilli::cli
