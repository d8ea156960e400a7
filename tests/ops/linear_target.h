// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/device_caps.h"

#include <string>

namespace lapilli::test {

/// What lowering takes the device for; each has kernels of its own.
enum class Target { kSoftware, kSoftwareWithOctets, kGpu, kGpuWithMatrixUnits, kGpuWithoutSharedMemory };

inline std::string name_of(Target target) {
  switch (target) {
    case Target::kSoftware:
      return "software";
    case Target::kSoftwareWithOctets:
      return "software_with_octets";
    case Target::kGpu:
      return "gpu";
    case Target::kGpuWithMatrixUnits:
      return "matrix_units";
    case Target::kGpuWithoutSharedMemory:
      return "no_shared_memory";
  }
  return {};
}

/// Whether the device has what the kernels of octets need; compiling them for another takes minutes.
inline bool has(Target target, const DeviceCaps& caps) {
  return target != Target::kSoftwareWithOctets ||
         (caps.buffer_addresses && caps.subgroup_size == 8 && !caps.slow_unrolling);
}

inline void force(Target target, DeviceCaps& caps) {
  const bool is_software = target == Target::kSoftware || target == Target::kSoftwareWithOctets;
  caps.type = is_software ? DeviceType::kSoftware : DeviceType::kDiscrete;
  if (target == Target::kSoftware) caps.buffer_addresses = false;
  if (target != Target::kGpuWithMatrixUnits) caps.cooperative_matrix = false;
  if (target == Target::kGpuWithoutSharedMemory) caps.shared_memory_bytes = 0;
}

}  // namespace lapilli::test
