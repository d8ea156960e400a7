// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/buffer.h"
#include "engine/gpu/instance.h"

#include <memory>

namespace lapilli::gpu {

/// What a submission should hold at most, where nothing else is asked for.
inline constexpr double kSubmissionSeconds = 0.05;

struct DeviceOptions {
  /// What all kDevice buffers together may take; 0 for as much as the heap has.
  uint64_t memory_limit_bytes = 0;
  /// What a submission should hold at most; less than usual cuts dispatches finer as well, see
  /// caps().max_dispatch_cost. For drivers that give up a device that is busy for long.
  double submission_seconds = kSubmissionSeconds;
  /// For tests: the n-th memory allocation, counted from 1, fails as the driver's would; 0 for none.
  uint64_t fail_allocation_at = 0;
  /// For tests: from the n-th submission on the device is lost; 0 for never.
  uint64_t lose_device_at = 0;
  /// For tests: kDevice memory is never mapped, as on most discrete devices.
  bool hide_device_memory = false;
  /// For tests: instead of what the device has in caps(); 0 for that.
  double max_dispatch_cost = 0;
};

/// What a device was asked to do so far; a test compares two of them.
struct Counters {
  uint64_t allocations = 0;
  uint64_t pipelines_created = 0;
  uint64_t command_buffers_recorded = 0;
  uint64_t submissions = 0;

  bool operator==(const Counters&) const = default;
};

struct DeviceState;

/// An open device with one compute queue. Move-only; outlives its buffers, pipelines, command buffers and
/// queue. One thread at a time, PipelineCache excepted.
class Device {
 public:
  /// Enables the floor and whatever optional features the device has. Fails with kUnsupported when it lacks
  /// something, and with kDeviceLost, kOutOfMemory or kInternal when the driver refuses.
  static Result<Device> create(const Instance& instance, const DeviceInfo& info, DeviceOptions options = {});

  Device(Device&&) noexcept;
  Device& operator=(Device&&) noexcept;
  /// Waits until the device is idle.
  ~Device();

  [[nodiscard]] const DeviceInfo& info() const;
  [[nodiscard]] const DeviceCaps& caps() const { return info().caps; }
  [[nodiscard]] Counters counters() const;
  /// What a submission should hold at most.
  [[nodiscard]] double submission_seconds() const;

  /// A new buffer with memory of its own. Throws kOutOfMemory naming the buffer, its size, and the heap's
  /// free memory; kInvalidArgument for zero bytes.
  [[nodiscard]] Buffer buffer(const BufferOptions& options);

  /// The heaps with their present budget and use.
  [[nodiscard]] std::vector<MemoryHeap> memory_use() const;

  /// The most that all buffers in the device's own memory have taken at one time.
  [[nodiscard]] uint64_t peak_bytes() const;

  /// What buffers of this use may still take: the heap's free memory, within memory_limit_bytes for kDevice.
  [[nodiscard]] uint64_t free_bytes(BufferUse use) const;

  /// The heap a buffer of this use comes from.
  [[nodiscard]] uint32_t heap_of(BufferUse use) const;

  [[nodiscard]] DeviceState& state() const { return *state_; }

 private:
  explicit Device(std::unique_ptr<DeviceState> state);
  std::unique_ptr<DeviceState> state_;
};

}  // namespace lapilli::gpu
