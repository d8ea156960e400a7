// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lapilli {

/// Bytes [begin, end) of one address space (an arena chunk, or a buffer of the caller) that a step touches.
struct MemoryAccess {
  uint32_t space = 0;
  uint64_t begin = 0;
  uint64_t end = 0;
  bool writes = false;
};

/// For each step, whether a memory barrier must stand before it: true when it touches bytes that a step since
/// the last barrier wrote, or writes bytes that such a step read. Steps between two barriers may run in any
/// order or at once.
std::vector<bool> barriers_before(std::span<const std::vector<MemoryAccess>> steps);

}  // namespace lapilli
