// SPDX-License-Identifier: Apache-2.0
#include "training/sampler.h"
#include "tests/training/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace lapilli::training {
namespace {

using Indices = std::vector<uint32_t>;

TEST(Sampler, OrdersAsTheOriginalForItsPermutations) {
  for (const auto& expected : test::golden("training_labels/order.json")) {
    auto permutations = expected["permutations"].get<std::vector<Indices>>();
    size_t asked = 0;
    const auto permutation = [&](size_t n) {
      EXPECT_EQ(permutations.at(asked).size(), n);
      return permutations.at(asked++);
    };
    const BatchShape shape{expected["batch"], expected["world"]};
    EXPECT_EQ(group_by_modality(expected["lengths"].get<std::vector<int32_t>>(), shape, permutation),
              expected["order"].get<Indices>());
    EXPECT_EQ(asked, permutations.size());
  }
}

TEST(Sampler, ShuffleIsAPermutationFixedForever) {
  EXPECT_THAT(shuffled(0, 1, 0, 0), testing::IsEmpty());
  Indices order = shuffled(1009, 42, 3, 1);
  EXPECT_EQ(order, shuffled(1009, 42, 3, 1));
  EXPECT_NE(order, shuffled(1009, 42, 4, 1));
  EXPECT_NE(order, shuffled(1009, 42, 3, 0));
  EXPECT_NE(order, shuffled(1009, 43, 3, 1));
  std::ranges::sort(order);
  Indices all(1009);
  std::iota(all.begin(), all.end(), 0u);
  EXPECT_EQ(order, all);
}

TEST(Sampler, ShuffleFavoursNoPlace) {
  constexpr size_t kRecords = 5;
  constexpr uint64_t kRuns = 20000;
  std::vector<std::vector<uint64_t>> counts(kRecords, std::vector<uint64_t>(kRecords));
  for (uint64_t epoch = 0; epoch < kRuns; ++epoch) {
    const Indices order = shuffled(kRecords, 7, epoch, 0);
    for (size_t i = 0; i < kRecords; ++i) ++counts[i][order[i]];
  }
  for (const auto& row : counts) {
    for (const uint64_t count : row) EXPECT_NEAR(static_cast<double>(count), kRuns / 5.0, 260);  // 4.6 σ
  }
}

std::vector<int32_t> mixed_lengths() {
  std::vector<int32_t> lengths;
  for (int32_t i = 0; i < 113; ++i) lengths.push_back(i % 3 == 0 ? -(1 + i % 29) : 1 + i % 31);
  return lengths;
}

class SamplerModes : public testing::TestWithParam<std::pair<bool, bool>> {
 protected:
  SamplerOptions options_{
      .shuffle = GetParam().first, .group_by_modality = GetParam().second, .seed = 5, .shape = {3, 4}};
};

TEST_P(SamplerModes, GoesOnFromAnyPosition) {
  Sampler whole(mixed_lengths(), options_);
  Indices order;
  std::vector<DataPosition> positions;
  for (size_t i = 0; i < 300; ++i) {
    positions.push_back(whole.position());
    order.push_back(whole.next());
  }
  for (size_t start = 0; start < 300; start += 7) {
    Sampler resumed(mixed_lengths(), options_, positions[start]);
    for (size_t i = start; i < 300; ++i) ASSERT_EQ(resumed.next(), order[i]) << "from " << start;
  }
}

TEST_P(SamplerModes, EveryEpochHasEveryRecordOnce) {
  Sampler sampler(mixed_lengths(), options_);
  Indices first;
  for (size_t epoch = 0; epoch < 3; ++epoch) {
    Indices order;
    for (size_t update = 0; update < sampler.updates_per_epoch(); ++update) {
      const Indices records = sampler.next_update();
      EXPECT_LE(records.size(), 12u);
      order.insert(order.end(), records.begin(), records.end());
    }
    EXPECT_EQ(sampler.position(), (DataPosition{epoch + 1, 0}));
    if (epoch == 0) first = order;
    EXPECT_EQ(order == first, epoch == 0 || !options_.shuffle);
    EXPECT_EQ(std::ranges::is_sorted(order), !options_.shuffle);
    std::ranges::sort(order);
    for (uint32_t i = 0; i < 113; ++i) ASSERT_EQ(order[i], i);
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, SamplerModes,
                         testing::Values(std::pair(false, true), std::pair(true, false),
                                         std::pair(true, true)));

TEST(Sampler, SplitsTheSameRecordsOff) {
  const DataSplit split = split_data(101, 0.2, 9);
  EXPECT_EQ(split.validation.size(), 20u);
  EXPECT_TRUE(std::ranges::is_sorted(split.training));
  EXPECT_EQ(split.validation, split_data(101, 0.2, 9).validation);
  EXPECT_NE(split.validation, split_data(101, 0.2, 10).validation);
  Indices all = split.training;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::ranges::sort(all);
  ASSERT_EQ(all.size(), 101u);
  for (uint32_t i = 0; i < 101; ++i) EXPECT_EQ(all[i], i);
  EXPECT_EQ(split_data(101, 0.001, 9).validation.size(), 1u) << "who asks for validation gets it";
  EXPECT_TRUE(split_data(101, 0, 9).validation.empty());
  EXPECT_EQ(split_data(1, 0.5, 9).training, Indices{0});
  EXPECT_EQ(split_data(2, 1, 9).training.size(), 1u);
  EXPECT_TRUE(split_data(0, 0.5, 9).training.empty());
}

TEST(Sampler, UpdatesAreOfOneModalityButTheLast) {
  const std::vector<int32_t> lengths = mixed_lengths();
  Sampler sampler(lengths, {.shape = {3, 4}});
  for (size_t update = 0; update + 2 < sampler.updates_per_epoch(); ++update) {
    const Indices records = sampler.next_update();
    for (const uint32_t index : records) EXPECT_EQ(lengths[index] > 0, lengths[records[0]] > 0);
  }
}

}  // namespace
}  // namespace lapilli::training
