// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/memory_plan.h"

#include "engine/base/bytes.h"
#include "engine/base/error.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace lapilli {
namespace {

struct Placed {
  uint64_t begin;
  uint64_t end;
  Lifetime life;
};

bool overlap_in_time(const Lifetime& a, const Lifetime& b) {
  return a.first_step <= b.last_step && b.first_step <= a.last_step;
}

/// The lowest offset in a chunk where `size` bytes are free during `life`. `placed` is sorted by begin.
uint64_t lowest_free(const std::vector<Placed>& placed, const Lifetime& life, uint64_t size) {
  uint64_t offset = 0;
  for (const Placed& other : placed) {
    if (!overlap_in_time(other.life, life)) continue;
    if (offset + size <= other.begin) break;
    offset = std::max(offset, other.end);
  }
  return offset;
}

}  // namespace

MemoryPlan plan_memory(std::span<const Lifetime> lifetimes, const MemoryPlanOptions& options) {
  std::vector<size_t> order(lifetimes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return lifetimes[a].size_bytes > lifetimes[b].size_bytes; });

  MemoryPlan plan{.placements = std::vector<Placement>(lifetimes.size()), .chunk_size_bytes = {}};
  std::vector<std::vector<Placed>> chunks;
  for (const size_t index : order) {
    Lifetime life = lifetimes[index];
    if (!options.share) life = {life.size_bytes, 0, std::numeric_limits<uint32_t>::max()};
    const uint64_t size = align_up(life.size_bytes + options.guard_bytes, options.alignment_bytes);
    if (size > options.max_chunk_bytes) {
      throw Error(ErrorCode::kUnsupported,
                  text("an intermediate tensor needs ", life.size_bytes,
                       " bytes, the device allocates at most ", options.max_chunk_bytes, " at once"));
    }
    uint32_t chunk = 0;
    uint64_t offset = 0;
    for (;; ++chunk) {
      if (chunk == chunks.size()) {
        chunks.emplace_back();
        plan.chunk_size_bytes.push_back(0);
      }
      offset = lowest_free(chunks[chunk], life, size);
      if (offset + size <= options.max_chunk_bytes) break;
    }
    const Placed placed{offset, offset + size, life};
    auto& list = chunks[chunk];
    list.insert(std::upper_bound(list.begin(), list.end(), placed,
                                 [](const Placed& a, const Placed& b) { return a.begin < b.begin; }),
                placed);
    plan.placements[index] = {chunk, offset};
    plan.chunk_size_bytes[chunk] = std::max(plan.chunk_size_bytes[chunk], placed.end);
  }
  return plan;
}

}  // namespace lapilli
