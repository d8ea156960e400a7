// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/hazards.h"

#include <algorithm>

namespace lapilli {
namespace {

bool conflict(const MemoryAccess& earlier, const MemoryAccess& later) {
  return (earlier.writes || later.writes) && earlier.space == later.space && earlier.begin < later.end &&
         later.begin < earlier.end;
}

}  // namespace

std::vector<bool> barriers_before(std::span<const std::vector<MemoryAccess>> steps) {
  std::vector<bool> barriers(steps.size(), false);
  std::vector<MemoryAccess> pending;
  for (size_t step = 0; step < steps.size(); ++step) {
    const bool needed = std::any_of(steps[step].begin(), steps[step].end(), [&](const MemoryAccess& later) {
      return std::any_of(pending.begin(), pending.end(),
                         [&](const MemoryAccess& earlier) { return conflict(earlier, later); });
    });
    if (needed) {
      barriers[step] = true;
      pending.clear();
    }
    pending.insert(pending.end(), steps[step].begin(), steps[step].end());
  }
  return barriers;
}

}  // namespace lapilli
