// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/hazards.h"

#include <gtest/gtest.h>

#include <random>

namespace lapilli {
namespace {

using Steps = std::vector<std::vector<MemoryAccess>>;

bool depends(const std::vector<MemoryAccess>& earlier, const std::vector<MemoryAccess>& later) {
  for (const MemoryAccess& a : earlier) {
    for (const MemoryAccess& b : later) {
      if (a.space == b.space && (a.writes || b.writes) && std::max(a.begin, b.begin) < std::min(a.end, b.end))
        return true;
    }
  }
  return false;
}

TEST(BarriersBefore, ReadAfterWriteAndWriteAfterReadNeedOne) {
  const Steps steps = {
      {{0, 0, 8, true}}, {{0, 8, 16, true}}, {{0, 4, 12, false}}, {{0, 0, 4, false}}, {{0, 0, 8, true}}};
  EXPECT_EQ(barriers_before(steps), (std::vector<bool>{false, false, true, false, true}));
}

TEST(BarriersBefore, ReadsAndOtherSpacesNeedNone) {
  const Steps steps = {{{0, 0, 8, false}}, {{0, 0, 8, false}}, {{1, 0, 8, true}}, {{2, 0, 8, true}}};
  EXPECT_EQ(barriers_before(steps), std::vector<bool>(4, false));
}

TEST(BarriersBefore, EveryDependentPairIsSeparatedAndNoBarrierIsIdle) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    Steps steps(2 + random() % 30);
    for (auto& step : steps) {
      for (size_t count = 1 + random() % 3; count > 0; --count) {
        const uint64_t begin = random() % 64;
        step.push_back(
            {static_cast<uint32_t>(random() % 2), begin, begin + 1 + random() % 16, random() % 2 == 0});
      }
    }
    const auto barriers = barriers_before(steps);
    size_t group_begin = 0;
    for (size_t step = 0; step < steps.size(); ++step) {
      if (barriers[step]) {
        bool needed = false;
        for (size_t earlier = group_begin; earlier < step; ++earlier)
          needed |= depends(steps[earlier], steps[step]);
        EXPECT_TRUE(needed) << "idle barrier before step " << step << " of round " << round;
        group_begin = step;
      }
      for (size_t earlier = group_begin; earlier < step; ++earlier) {
        ASSERT_FALSE(depends(steps[earlier], steps[step]))
            << "round " << round << ": " << earlier << " and " << step;
      }
    }
  }
}

}  // namespace
}  // namespace lapilli
