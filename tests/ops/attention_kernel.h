// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/device_caps.h"

namespace lapilli::test {

/// The cuts of the attention kernel: without barriers for processors, and with subgroups for GPUs; and the
/// kernel of few rows, for processors whose driver has all it needs. All are tested on every device.
enum class Kernel { kSoftware, kSoftwareWithOctets, kGpu };

inline const char* name_of(Kernel kernel) {
  switch (kernel) {
    case Kernel::kSoftware:
      return "software";
    case Kernel::kSoftwareWithOctets:
      return "software_with_octets";
    case Kernel::kGpu:
      return "gpu";
  }
  return "";
}

/// Makes lowering choose a kernel.
inline void force(Kernel kernel, DeviceCaps& caps) {
  caps.type = kernel == Kernel::kGpu ? DeviceType::kDiscrete : DeviceType::kSoftware;
  if (kernel == Kernel::kSoftware) caps.buffer_addresses = false;
}

}  // namespace lapilli::test
