// SPDX-License-Identifier: Apache-2.0
#include "training/micro_steps.h"

#include "training/batch.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace lapilli::training {
namespace {

using Lengths = std::vector<uint32_t>;
using Sizes = std::vector<size_t>;

uint64_t padded_rows(const Lengths& lengths, const Sizes& sizes) {
  uint64_t rows = 0;
  size_t first = 0;
  for (const size_t size : sizes) {
    rows += size * padded_extent(lengths[first]);
    first += size;
  }
  return rows;
}

TEST(MicroSteps, RecordsOfOneLengthStayTogether) {
  EXPECT_EQ(micro_step_sizes(Lengths(16, 300), 16), Sizes({16}));
  EXPECT_EQ(micro_step_sizes(Lengths(16, 300), 8), Sizes({8, 8}));
  EXPECT_EQ(micro_step_sizes(Lengths(5, 300), 8), Sizes({5}));
  EXPECT_EQ(micro_step_sizes({}, 8), Sizes());
}

TEST(MicroSteps, ALongRecordDoesNotPadShortOnes) {
  EXPECT_EQ(micro_step_sizes(Lengths{2000, 100, 100, 100, 100, 100, 100, 100}, 8), Sizes({1, 7}));
  EXPECT_EQ(micro_step_sizes(Lengths{500, 500, 100, 100, 100, 100}, 6), Sizes({2, 4}));
}

TEST(MicroSteps, AStepIsNotMadeForALittlePadding) {
  EXPECT_EQ(micro_step_sizes(Lengths{60, 50, 40, 30}, 4), Sizes({4}));
}

TEST(MicroSteps, OneRecordAtATimeIsOneRecordAtATime) {
  EXPECT_EQ(micro_step_sizes(Lengths{300, 200, 100}, 1), Sizes({1, 1, 1}));
}

TEST(MicroSteps, AnyLengthsAreCutWholeAndPaddedNoMoreThanTogether) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Lengths lengths(1 + random() % 40);
    for (uint32_t& length : lengths) length = 1 + random() % 700;
    std::ranges::sort(lengths, std::greater{});
    const size_t most = 1 + random() % 20;
    const Sizes sizes = micro_step_sizes(lengths, most);
    EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), size_t{0}), lengths.size());
    Sizes whole(lengths.size() / most, most);
    if (lengths.size() % most != 0) whole.push_back(lengths.size() % most);
    EXPECT_LE(padded_rows(lengths, sizes), padded_rows(lengths, whole));
    for (size_t index = 0; index < sizes.size(); ++index) {
      EXPECT_LE(sizes[index], most);
      EXPECT_TRUE(std::has_single_bit(sizes[index]) || sizes[index] == most || index + 1 == sizes.size());
    }
  }
}

}  // namespace
}  // namespace lapilli::training
