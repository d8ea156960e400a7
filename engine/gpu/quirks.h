// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/device_info.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace lapilli::gpu {

/// Things done differently on some drivers.
enum class QuirkFlag {
  kHeapSizeIsFixed,  ///< take the machine's memory for the heap's size
  kSlowUnrolling,    ///< keep the bodies of loops small
};

/// One driver workaround: where it applies and what happens without it.
struct Quirk {
  std::string_view name;
  QuirkFlag flag;
  uint32_t driver_id;      ///< VkDriverId
  uint32_t first_version;  ///< of the driver, inclusive, as it encodes them
  uint32_t last_version;   ///< inclusive
  std::string_view symptom;
};

/// All known workarounds.
[[nodiscard]] std::span<const Quirk> known_quirks();

/// Whether a workaround of `quirks` with this flag applies to the device.
[[nodiscard]] bool has_quirk(std::span<const Quirk> quirks, const DeviceInfo& device, QuirkFlag flag);

}  // namespace lapilli::gpu
