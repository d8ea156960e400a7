// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/buffer.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace lapilli::gpu {

/// A memory type in the terms that matter for buffers.
struct MemoryType {
  uint32_t heap = 0;
  bool device_local = false;
  bool host_visible = false;
  bool host_coherent = false;
  bool host_cached = false;
  bool special = false;  ///< protected, lazily allocated, or with a vendor's flag: never for buffers
};

/// A device's memory types in its order, and the sizes of its heaps.
struct MemoryLayout {
  std::vector<MemoryType> types;
  std::vector<uint64_t> heap_bytes;
};

/// The index of the memory type for a use among those whose bit is set in `allowed`; nothing when none fits.
///
/// kDevice takes device-local memory of the largest such heap, mappable where that heap is (unified memory,
/// resizable BAR), so never the 256 MiB window of a discrete device. All others take coherent mappable
/// memory: kHostVisible and kUpload outside the device, kHostVisibleDevice inside, kReadback cached, where
/// possible.
[[nodiscard]] std::optional<uint32_t> choose_memory_type(const MemoryLayout& layout, uint32_t allowed,
                                                         BufferUse use);

}  // namespace lapilli::gpu
