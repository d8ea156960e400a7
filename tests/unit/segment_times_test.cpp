// SPDX-License-Identifier: Apache-2.0
#include "engine/exec/segment_times.h"

#include <numeric>

#include <gtest/gtest.h>

namespace lapilli::test {
namespace {

constexpr double kSeconds = 0.05;

/// Runs all segments once as a program would, where segment i really takes actual[i]·share; the groups'
/// times.
std::vector<double> run(SegmentTimes& times, const std::vector<double>& actual, double share = 1) {
  std::vector<double> groups;
  for (size_t first = 0; first < actual.size();) {
    const size_t end = times.group_end(first, share);
    const double seconds = share * std::accumulate(actual.begin() + static_cast<ptrdiff_t>(first),
                                                   actual.begin() + static_cast<ptrdiff_t>(end), 0.0);
    times.learn(first, end, seconds, share);
    groups.push_back(seconds);
    first = end;
  }
  return groups;
}

TEST(SegmentTimes, WhatHasNotRunIsSubmittedAlone) {
  SegmentTimes times(3, kSeconds);
  EXPECT_EQ(run(times, {0.001, 0.001, 0.001}).size(), 3u);
  EXPECT_EQ(run(times, {0.001, 0.001, 0.001}).size(), 1u);
}

TEST(SegmentTimes, GroupsStayWithinTheLimit) {
  const std::vector<double> actual = {0.02, 0.02, 0.02, 0.3, 0.001, 0.001, 0.049, 0.01};
  SegmentTimes times(actual.size(), kSeconds);
  run(times, actual);
  for (int round = 0; round < 3; ++round) {
    for (const double seconds : run(times, actual)) {
      if (seconds < 0.3) {
        EXPECT_LE(seconds, kSeconds + 1e-9);
      }
    }
  }
  EXPECT_EQ(times.group_end(0, 1), 2u);
  EXPECT_EQ(times.group_end(3, 1), 4u) << "a segment that is too long goes alone";
}

TEST(SegmentTimes, AFewLiveRowsDoNotMakeFullStepsLong) {
  const std::vector<double> actual(40, 0.01);
  SegmentTimes times(actual.size(), kSeconds);
  run(times, actual, 0.1);
  for (const double seconds : run(times, actual, 1)) EXPECT_LE(seconds, kSeconds + 1e-9);
  EXPECT_EQ(run(times, actual, 0.1).size(), 1u) << "40 ms of work";
}

TEST(SegmentTimes, ASlowerRunIsCutFiner) {
  const std::vector<double> fast(40, 0.001), slow(40, 0.02);
  SegmentTimes times(40, kSeconds);
  run(times, fast);
  EXPECT_EQ(run(times, fast).size(), 1u);
  run(times, slow);
  for (const double seconds : run(times, slow)) EXPECT_LE(seconds, kSeconds + 1e-9);
}

TEST(SegmentTimes, ShorterSubmissionsHoldFewerSegments) {
  const std::vector<double> actual(64, 0.004);
  size_t submissions = 0;
  for (const double most : {0.05, 0.025, 0.0125, 0.006}) {
    SegmentTimes times(actual.size(), most);
    run(times, actual);
    const std::vector<double> groups = run(times, actual);
    for (const double seconds : groups) EXPECT_LE(seconds, most + 1e-9);
    EXPECT_GE(groups.size(), 3 * submissions / 2) << most;
    submissions = groups.size();
  }
  EXPECT_EQ(submissions, 64u) << "each alone";
}

}  // namespace
}  // namespace lapilli::test
