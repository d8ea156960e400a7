// SPDX-License-Identifier: Apache-2.0
#include "engine/exec/segment_times.h"

#include "engine/base/error.h"

namespace lapilli {

size_t SegmentTimes::group_end(size_t first, double live_share) const {
  LAPILLI_ASSERT(first < seconds_.size());
  size_t end = first + 1;
  if (seconds_[first] == kUnknown) return end;
  double total = seconds_[first] * live_share;
  for (; end < seconds_.size() && seconds_[end] != kUnknown; ++end) {
    total += seconds_[end] * live_share;
    if (total > most_seconds_) break;
  }
  return end;
}

void SegmentTimes::learn(size_t first, size_t end, double seconds, double live_share) {
  LAPILLI_ASSERT(first < end && end <= seconds_.size() && live_share > 0);
  // A group holds several segments only when the time of each is known.
  if (end - first == 1) {
    seconds_[first] = seconds / live_share;
    return;
  }
  double expected = 0;
  for (size_t index = first; index < end; ++index) expected += seconds_[index] * live_share;
  for (size_t index = first; index < end; ++index) seconds_[index] *= seconds / expected;
}

}  // namespace lapilli
