// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/device.h"
#include "training/ranks.h"

#include <string>

namespace lapilli::training {

struct RankDevice {
  gpu::DeviceInfo info;
  uint32_t ranks = 1;  ///< that take it
};

/// Divides the processor's cores among the ranks of this machine, for lavapipe, which takes all of them for
/// each process; what LP_NUM_THREADS says already holds. To be called before an instance is made.
void divide_cores(const Ranks& ranks);

/// The device a rank takes: the one that was asked for, or, of the kind that is taken by default, the next
/// one for each rank of the machine. Throws where no device fits.
[[nodiscard]] RankDevice device_of(const gpu::Instance& instance, const std::string& selector,
                                   const Ranks& ranks);

}  // namespace lapilli::training
