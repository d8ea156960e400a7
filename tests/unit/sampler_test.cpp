// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/sampler.h"

#include "engine/base/error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <random>

namespace lapilli {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> random_logits(int tokens, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> logits(tokens);
  for (float& logit : logits) logit = static_cast<float>(random() % 8000) / 1000 - 4;
  return logits;
}

/// The probabilities by the book: sort everything, apply each rule in its order, renormalise.
std::map<int, double> brute_force(const std::vector<float>& logits, const SamplingOptions& options) {
  std::vector<std::pair<double, int>> all;  // −probability first, so that ties go to the lower id
  for (size_t id = 0; id < logits.size(); ++id)
    all.push_back({-std::exp(logits[id] / options.temperature), id});
  std::sort(all.begin(), all.end());
  const auto total = [&] {
    return -std::accumulate(all.begin(), all.end(), 0.0,
                            [](double sum, const auto& p) { return sum + p.first; });
  };
  if (options.top_k > 0 && all.size() > static_cast<size_t>(options.top_k)) all.resize(options.top_k);
  double before = 0;
  size_t kept = 0;
  for (const double whole = total(); kept < all.size() && before < options.top_p * whole; ++kept) {
    before -= all[kept].first;
  }
  if (options.top_p < 1) all.resize(kept);
  std::erase_if(all, [&, best = all[0].first](const auto& p) { return -p.first < -best * options.min_p; });
  std::map<int, double> result;
  for (const auto& [negative, id] : all) result[id] = -negative / total();
  return result;
}

TEST(Sampler, GreedyTakesTheLargestAndTheLowestOfEquals) {
  Sampler sampler({}, 5);
  EXPECT_EQ(sampler.choose(std::vector<float>{1, 3, 2, 3, 0}), 1);
  EXPECT_EQ(sampler.choose(std::vector<float>{kNan, -kInfinity, -7, kNan, -9}), 2);
  EXPECT_EQ(sampler.choose(std::vector<float>{0, 0, 0, 0, 0, 99, 99}), 0) << "padding rows are never chosen";
}

TEST(Sampler, DrawsFromTheDistributionOfTheRules) {
  const std::vector<SamplingOptions> settings = {
      {.temperature = 1.0f},
      {.temperature = 0.5f, .top_k = 5},
      {.temperature = 1.0f, .top_p = 0.7f},
      {.temperature = 2.0f, .min_p = 0.2f},
      {.temperature = 1.3f, .top_k = 12, .top_p = 0.9f, .min_p = 0.1f},
      {.temperature = 1.0f, .top_k = 1},
      {.temperature = 1.0f, .top_p = 1e-6f},
  };
  constexpr int kDraws = 20000;
  for (size_t i = 0; i < settings.size(); ++i) {
    SamplingOptions options = settings[i];
    options.seed = 1000 + i;
    const auto logits = random_logits(29, static_cast<uint32_t>(i));
    const auto expected = brute_force(logits, options);
    Sampler sampler(options, 29);
    std::map<int, int> counts;
    for (int draw = 0; draw < kDraws; ++draw) ++counts[sampler.choose(logits)];
    for (const auto& [id, count] : counts)
      ASSERT_TRUE(expected.contains(id)) << "setting " << i << ", id " << id;
    for (const auto& [id, probability] : expected) {
      const double deviation = std::sqrt(kDraws * probability * (1 - probability));
      EXPECT_NEAR(counts[id], kDraws * probability, 5 * deviation + 1) << "setting " << i << ", id " << id;
    }
  }
}

TEST(Sampler, TheSameSeedGivesTheSameChoicesWhateverRunsBeside) {
  const SamplingOptions options{.temperature = 1, .seed = 42};
  Sampler alone(options, 113), beside(options, 113), other({.temperature = 1, .seed = 43}, 113);
  int different = 0;
  for (uint32_t step = 0; step < 100; ++step) {
    const auto logits = random_logits(113, step);
    const int32_t choice = alone.choose(logits);
    different += other.choose(logits) != choice;
    EXPECT_EQ(beside.choose(logits), choice);
  }
  EXPECT_GT(different, 50);
}

TEST(Sampler, MasksAreHeeded) {
  TokenMask mask(70);
  mask.set(3, true);
  mask.set(69, true);
  Sampler greedy({}, 70), drawing({.temperature = 5, .seed = 1}, 70);
  std::vector<float> logits(70, 1.0f);
  logits[0] = 50;
  EXPECT_EQ(greedy.choose(logits, &mask), 3);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(mask.allows(drawing.choose(logits, &mask)));
  mask.set(3, false);
  mask.set(69, false);
  EXPECT_THROW((void)greedy.choose(logits, &mask), Error);
  EXPECT_FALSE(TokenMask(70, true).allows(70));
  EXPECT_FALSE(TokenMask(70, true).allows(-1));
}

TEST(Sampler, RepetitionPenaltyDividesPositiveAndMultipliesNegativeLogits) {
  Sampler sampler({.repetition_penalty = 2}, 3);
  sampler.saw(std::vector<int32_t>{0, -200, 7});
  EXPECT_EQ(sampler.choose(std::vector<float>{3, 2, 1}), 1);
  EXPECT_EQ(sampler.choose(std::vector<float>{5, 2, 1}), 0);
  EXPECT_EQ(sampler.choose(std::vector<float>{-1, -1.5f, -3}), 1);
}

TEST(Sampler, RefusesOptionsThatMakeNoSense) {
  for (const SamplingOptions& options :
       {SamplingOptions{.temperature = -1}, SamplingOptions{.temperature = kNan},
        SamplingOptions{.top_k = -1}, SamplingOptions{.top_p = 0}, SamplingOptions{.top_p = 1.5f},
        SamplingOptions{.min_p = 2}, SamplingOptions{.repetition_penalty = 0}}) {
    EXPECT_THROW(Sampler(options, 10), Error);
  }
}

}  // namespace
}  // namespace lapilli
