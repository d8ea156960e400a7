// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/device_caps.h"

namespace lapilli::ops {

/// Whether kernels may use shaders/include/octets.glsl: a processor whose subgroups of eight lanes load eight
/// neighbouring numbers at an address at once, where the compiler makes one load of them.
[[nodiscard]] inline bool loads_octets(const DeviceCaps& caps) {
  return caps.is_software() && caps.buffer_addresses && !caps.slow_unrolling && caps.subgroup_size == 8 &&
         caps.int16_arithmetic && caps.int64_arithmetic;
}

}  // namespace lapilli::ops
