// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace lapilli {

/// What a submission should hold at most.
inline constexpr double kSubmissionSeconds = 0.05;

/// How long the segments of a program took when they last ran, and which to submit together.
///
/// Times are kept for a run in which all rows are live; shares of it are taken to scale. What has not run yet
/// is submitted alone.
class SegmentTimes {
 public:
  SegmentTimes() = default;
  explicit SegmentTimes(size_t segments) : seconds_(segments, kUnknown) {}

  [[nodiscard]] size_t size() const { return seconds_.size(); }

  /// The end of the run of segments that begins at `first` and takes at most kSubmissionSeconds; it has one
  /// segment at least.
  [[nodiscard]] size_t group_end(size_t first, double live_share) const;

  /// Segments first … end − 1 took `seconds` together.
  void learn(size_t first, size_t end, double seconds, double live_share);

 private:
  static constexpr double kUnknown = -1;
  std::vector<double> seconds_;
};

}  // namespace lapilli
