// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/device.h"

namespace lapilli::gpu {

/// A row of points in device time. Move-only; outlives the command buffers that write it.
class Timestamps {
 public:
  /// Throws kUnsupported when the device's queue has no timestamps.
  Timestamps(Device& device, uint32_t count);
  Timestamps(Timestamps&&) noexcept;
  Timestamps& operator=(Timestamps&&) noexcept;
  ~Timestamps();

  [[nodiscard]] static bool supported(const Device& device);
  [[nodiscard]] uint32_t count() const;

  /// Nanoseconds between points i and i + 1 for all count() - 1 pairs. Precondition: the submission that
  /// wrote them has been waited for. Throws kInternal when a point was not written.
  [[nodiscard]] std::vector<double> intervals_ns() const;

  [[nodiscard]] VkQueryPool_T* handle() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lapilli::gpu
