// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/device_caps.h"

#include <string>

namespace lapilli::test {

/// What lowering takes the device for; each has kernels of its own.
enum class Target { kSoftware, kGpu, kGpuWithMatrixUnits, kGpuWithoutSharedMemory };

inline std::string name_of(Target target) {
  switch (target) {
    case Target::kSoftware:
      return "software";
    case Target::kGpu:
      return "gpu";
    case Target::kGpuWithMatrixUnits:
      return "matrix_units";
    case Target::kGpuWithoutSharedMemory:
      return "no_shared_memory";
  }
  return {};
}

inline void force(Target target, DeviceCaps& caps) {
  caps.type = target == Target::kSoftware ? DeviceType::kSoftware : DeviceType::kDiscrete;
  if (target != Target::kGpuWithMatrixUnits) caps.cooperative_matrix = false;
  if (target == Target::kGpuWithoutSharedMemory) caps.shared_memory_bytes = 0;
}

}  // namespace lapilli::test
