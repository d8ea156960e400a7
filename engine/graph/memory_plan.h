// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lapilli {

/// Storage that is needed from step `first_step` to step `last_step`, both included.
struct Lifetime {
  uint64_t size_bytes = 0;
  uint32_t first_step = 0;
  uint32_t last_step = 0;
};

/// Where storage was placed.
struct Placement {
  uint32_t chunk = 0;
  uint64_t offset_bytes = 0;
};

struct MemoryPlan {
  std::vector<Placement> placements;       ///< one for each lifetime, in the same order
  std::vector<uint64_t> chunk_size_bytes;  ///< chunks to allocate
};

struct MemoryPlanOptions {
  uint64_t alignment_bytes = 256;
  uint64_t guard_bytes = 0;  ///< unused bytes kept after each piece of storage, to find writes past its end
  uint64_t max_chunk_bytes = uint64_t{1} << 30;
  bool share =
      true;  ///< off: every piece has memory of its own, so that guard zones are never used by another
};

/// Places storage so that pieces whose lifetimes overlap do not overlap in memory: largest first, each at the
/// lowest offset that is free during its whole life. Throws kUnsupported when one piece is larger than a
/// chunk may be. Source: Pisarchyk and Lee 2020, "Efficient memory management for deep neural net inference",
/// greedy by size.
MemoryPlan plan_memory(std::span<const Lifetime> lifetimes, const MemoryPlanOptions& options = {});

}  // namespace lapilli
