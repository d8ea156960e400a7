// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/device_caps.h"

namespace lapilli::test {

/// The cuts of the attention kernel: without barriers for processors, and with subgroups for GPUs. Both are
/// tested on every device.
enum class Kernel { kSoftware, kGpu };

inline const char* name_of(Kernel kernel) {
  return kernel == Kernel::kSoftware ? "software" : "gpu";
}

/// Makes lowering choose a kernel.
inline void force(Kernel kernel, DeviceCaps& caps) {
  caps.type = kernel == Kernel::kSoftware ? DeviceType::kSoftware : DeviceType::kDiscrete;
}

}  // namespace lapilli::test
