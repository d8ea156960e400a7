// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/memory.h"

#include <tuple>

namespace lapilli::gpu {
namespace {

/// How well a type suits a use, greater is better; nothing when it does not.
std::optional<std::tuple<uint64_t, bool, bool>> suitability(const MemoryType& type, uint64_t heap_bytes,
                                                            BufferUse use) {
  if (type.special) return std::nullopt;
  const bool mapped = type.host_visible && type.host_coherent;
  if (use == BufferUse::kDevice) {
    if (!type.device_local || (type.host_visible && !mapped)) return std::nullopt;
    return std::tuple(heap_bytes, mapped, !type.host_cached);
  }
  if (!mapped) return std::nullopt;
  switch (use) {
    case BufferUse::kHostVisibleDevice:
      return std::tuple(uint64_t{type.device_local}, !type.host_cached, true);
    case BufferUse::kReadback:
      return std::tuple(uint64_t{type.host_cached}, !type.device_local, true);
    default:
      return std::tuple(uint64_t{!type.device_local}, !type.host_cached, true);
  }
}

}  // namespace

std::optional<uint32_t> choose_memory_type(const MemoryLayout& layout, uint32_t allowed, BufferUse use) {
  std::optional<uint32_t> best;
  std::optional<std::tuple<uint64_t, bool, bool>> best_suitability;
  for (uint32_t i = 0; i < layout.types.size(); ++i) {
    if (!(allowed >> i & 1u)) continue;
    const auto suits = suitability(layout.types[i], layout.heap_bytes.at(layout.types[i].heap), use);
    if (suits && (!best || *suits > *best_suitability)) {
      best = i;
      best_suitability = suits;
    }
  }
  return best;
}

}  // namespace lapilli::gpu
