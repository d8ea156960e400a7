// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/device_caps.h"
#include "engine/base/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::gpu {

/// One memory heap of a device at the moment it was asked.
struct MemoryHeap {
  uint32_t index = 0;
  bool device_local = false;
  bool host_visible = false;  ///< some memory type of this heap can be mapped
  uint64_t size_bytes = 0;
  /// What this process may use, other processes considered; size_bytes where the driver does not say.
  uint64_t budget_bytes = 0;
  /// What this process uses now; this device's own allocations where the driver does not say.
  uint64_t used_bytes = 0;

  [[nodiscard]] uint64_t free_bytes() const {
    return budget_bytes > used_bytes ? budget_bytes - used_bytes : 0;
  }
};

/// What is known of a Vulkan device before it is opened; plain values.
struct DeviceInfo {
  DeviceCaps caps;
  std::string uuid;             ///< 32 hex digits; the same for one GPU under two drivers
  std::string driver_uuid;      ///< 32 hex digits; changes with the driver's build
  std::string driver;           ///< "llvmpipe, Mesa 22.3.6 (LLVM 15.0.6)"
  uint32_t driver_id = 0;       ///< VkDriverId
  uint32_t driver_version = 0;  ///< as the vendor encodes it
  uint32_t device_id = 0;       ///< PCI id
  uint32_t api_version = 0;     ///< VK_MAKE_API_VERSION
  std::vector<MemoryHeap> heaps;
  /// Device and processor share the memory: device-local memory of the largest heap can be mapped and the
  /// device is not a discrete one.
  bool unified_memory = false;
  /// What the product needs and the device lacks, "push descriptors, 16-bit storage"; empty when usable.
  std::string missing;
  size_t physical_index = 0;  ///< position in the driver's own list

  [[nodiscard]] bool meets_floor() const { return missing.empty(); }
};

/// "1.3.239" from a Vulkan version number.
[[nodiscard]] std::string version_text(uint32_t api_version);

/// The order devices are shown and numbered in: usable first, then discrete, integrated, virtual, other,
/// software; the driver's order within. Of one GPU under two drivers (equal UUIDs) only the better stays: one
/// that meets the floor before one that does not, then the vendor's customary driver.
[[nodiscard]] std::vector<DeviceInfo> sort_and_merge(std::vector<DeviceInfo> devices);

/// Picks a device of a sorted list; returns its index.
///
/// `selector`: empty for the first usable device, a number for that index, else a whole UUID or part of a
/// name (case does not matter; the first match wins). Fails with kNoDevice when the list is empty or nothing
/// in it is usable, kNotFound when nothing matches, and kUnsupported when the named device lacks something.
[[nodiscard]] Result<size_t> choose_device(std::span<const DeviceInfo> devices,
                                           std::string_view selector = {});

}  // namespace lapilli::gpu
