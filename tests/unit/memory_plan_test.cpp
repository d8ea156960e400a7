// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/memory_plan.h"

#include "engine/base/error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace lapilli {
namespace {

bool lives_overlap(const Lifetime& a, const Lifetime& b) {
  return a.first_step <= b.last_step && b.first_step <= a.last_step;
}

TEST(PlanMemory, NothingThatLivesAtTheSameTimeShares) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Lifetime> lives(1 + random() % 60);
    for (Lifetime& life : lives) {
      life.size_bytes = 1 + random() % 5000;
      life.first_step = static_cast<uint32_t>(random() % 40);
      life.last_step = life.first_step + static_cast<uint32_t>(random() % 6);
    }
    const MemoryPlanOptions options{
        .alignment_bytes = 64, .guard_bytes = random() % 2 * 32, .max_chunk_bytes = 8192};
    const MemoryPlan plan = plan_memory(lives, options);
    for (size_t a = 0; a < lives.size(); ++a) {
      const Placement& pa = plan.placements[a];
      ASSERT_EQ(pa.offset_bytes % options.alignment_bytes, 0u);
      ASSERT_LE(pa.offset_bytes + lives[a].size_bytes + options.guard_bytes, plan.chunk_size_bytes[pa.chunk]);
      for (size_t b = 0; b < a; ++b) {
        const Placement& pb = plan.placements[b];
        if (pa.chunk != pb.chunk || !lives_overlap(lives[a], lives[b])) continue;
        const bool apart = pa.offset_bytes + lives[a].size_bytes + options.guard_bytes <= pb.offset_bytes ||
                           pb.offset_bytes + lives[b].size_bytes + options.guard_bytes <= pa.offset_bytes;
        ASSERT_TRUE(apart) << "round " << round << ", pieces " << a << " and " << b;
      }
    }
    for (const uint64_t size : plan.chunk_size_bytes) EXPECT_LE(size, options.max_chunk_bytes);
  }
}

TEST(PlanMemory, AChainReusesTwoPieces) {
  std::vector<Lifetime> chain;
  for (uint32_t step = 0; step < 50; ++step) chain.push_back({1024, step, step + 1});
  const MemoryPlan plan = plan_memory(chain, {.alignment_bytes = 64});
  ASSERT_EQ(plan.chunk_size_bytes.size(), 1u);
  EXPECT_EQ(plan.chunk_size_bytes[0], 2048u);
}

TEST(PlanMemory, RefusesAPieceLargerThanAChunk) {
  const std::vector<Lifetime> lives = {{4097, 0, 0}};
  EXPECT_THROW((void)plan_memory(lives, {.max_chunk_bytes = 4096}), Error);
}

TEST(MemoryPlan, WithoutSharingEveryPieceHasItsOwnMemory) {
  const Lifetime lifetimes[] = {{100, 0, 1}, {100, 2, 3}, {60, 4, 4}};
  const MemoryPlan plan = plan_memory(lifetimes, {.alignment_bytes = 64, .guard_bytes = 32, .share = false});
  EXPECT_EQ(plan.chunk_size_bytes, std::vector<uint64_t>{192 + 192 + 128});
}

}  // namespace
}  // namespace lapilli
