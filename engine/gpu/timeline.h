// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/commands.h"

#include <chrono>

namespace lapilli::gpu {

/// The device's compute queue with a counter that grows by one for each finished submission. Move-only; one a
/// device, outlives nothing that was submitted and unfinished: its destructor waits.
class Timeline {
 public:
  explicit Timeline(Device& device);
  Timeline(Timeline&&) noexcept;
  Timeline& operator=(Timeline&&) noexcept;
  ~Timeline();

  /// Queues the command buffers in order as one submission; returns the value its end will be known by.
  /// Throws kDeviceLost or kOutOfMemory.
  uint64_t submit(std::span<const CommandBuffer* const> commands);
  uint64_t submit(const CommandBuffer& commands);

  /// Waits until `value` is reached; false when the timeout passed first. Throws kDeviceLost.
  [[nodiscard]] bool wait(uint64_t value, std::chrono::nanoseconds timeout);
  /// Waits without limit.
  void wait(uint64_t value);

  /// The value of the last finished submission, and of the last one queued.
  [[nodiscard]] uint64_t completed() const;
  [[nodiscard]] uint64_t submitted() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lapilli::gpu
