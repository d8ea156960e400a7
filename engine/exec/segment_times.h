// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace lapilli {

/// How long the segments of a program took when they last ran, and which to submit together.
///
/// Times are kept for a run in which all rows are live; shares of it are taken to scale. What has not run yet
/// is submitted alone.
class SegmentTimes {
 public:
  SegmentTimes() = default;
  /// `most_seconds`: what a submission should hold at most.
  SegmentTimes(size_t segments, double most_seconds)
      : most_seconds_(most_seconds), seconds_(segments, kUnknown) {}

  [[nodiscard]] size_t size() const { return seconds_.size(); }

  /// The end of the run of segments that begins at `first` and takes at most the time of a submission; it has
  /// one segment at least.
  [[nodiscard]] size_t group_end(size_t first, double live_share) const;

  /// Segments first … end − 1 took `seconds` together.
  void learn(size_t first, size_t end, double seconds, double live_share);

 private:
  static constexpr double kUnknown = -1;
  double most_seconds_ = 0;
  std::vector<double> seconds_;
};

}  // namespace lapilli
