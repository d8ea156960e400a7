// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/quirks.h"

#include <algorithm>
#include <array>

#include <vulkan/vulkan_core.h>

namespace lapilli::gpu {
namespace {

constexpr std::array kQuirks = {
    Quirk{.name = "lavapipe_2_gib_heap",
          .flag = QuirkFlag::kHeapSizeIsFixed,
          .driver_id = VK_DRIVER_ID_MESA_LLVMPIPE,
          .first_version = 0,
          .last_version = 1,  // what Mesa 22.3 reports; later ones report Mesa's own version
          .symptom =
              "the only heap is said to have 2 GiB on every machine, models beyond that seem not to fit"},
    Quirk{.name = "lavapipe_slow_unrolling",
          .flag = QuirkFlag::kSlowUnrolling,
          .driver_id = VK_DRIVER_ID_MESA_LLVMPIPE,
          .first_version = 0,
          .last_version = 1,
          .symptom =
              "decoding with unrolled weight groups is up to twice as slow: q8_0 1.5 instead of 2.5 GFLOP/s"},
};

}  // namespace

std::span<const Quirk> known_quirks() {
  return kQuirks;
}

bool has_quirk(std::span<const Quirk> quirks, const DeviceInfo& device, QuirkFlag flag) {
  return std::any_of(quirks.begin(), quirks.end(), [&](const Quirk& quirk) {
    return quirk.flag == flag && quirk.driver_id == device.driver_id &&
           device.driver_version >= quirk.first_version && device.driver_version <= quirk.last_version;
  });
}

}  // namespace lapilli::gpu
