// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/buffer.h"
#include "engine/gpu/pipelines.h"
#include "engine/gpu/timestamps.h"

#include <array>

namespace lapilli::gpu {

/// Who touches memory before or after a barrier; combined with |.
enum class Stage : uint32_t { kCompute = 1, kTransfer = 2, kHost = 4 };

constexpr Stage operator|(Stage a, Stage b) {
  return static_cast<Stage>(static_cast<uint32_t>(a) | static_cast<uint32_t>(b));
}

/// What one binding of a dispatch sees. offset_bytes is a multiple of caps().storage_buffer_alignment_bytes.
struct BoundRange {
  uint32_t binding = 0;
  BufferRange range;
};

/// Recorded commands, submitted as often as wanted but not while a submission of the same one is unfinished.
/// Move-only; the buffers and pipelines it names must outlive it.
class CommandBuffer {
 public:
  CommandBuffer(CommandBuffer&&) noexcept;
  CommandBuffer& operator=(CommandBuffer&&) noexcept;
  ~CommandBuffer();

  [[nodiscard]] VkCommandBuffer_T* handle() const;

 private:
  friend class CommandRecorder;
  struct State;
  explicit CommandBuffer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Records one command buffer.
///
/// It starts with a barrier against everything submitted before and ends with one that lets the host read
/// what was written, so whole command buffers never overlap; between them, order is the caller's business.
class CommandRecorder {
 public:
  explicit CommandRecorder(Device& device, std::string_view name = {});

  void bind(const Pipeline& pipeline);
  /// Sets buffers of the bound pipeline; names each of its bindings once between two dispatches if any
  /// changed. Throws kInvalidArgument for a range beyond its buffer or above caps().max_storage_range_bytes.
  void push_buffers(std::span<const BoundRange> ranges);
  /// The bound pipeline's whole parameter block: exactly params_bytes.
  void push_constants(Bytes params);
  /// Groups per axis, each within caps().max_workgroup_count.
  void dispatch(uint32_t x, uint32_t y = 1, uint32_t z = 1);
  /// The groups first … first + count − 1 of each axis: gl_WorkGroupID starts at `first`. A `first` other
  /// than zeros only on devices with caps().max_dispatch_cost.
  void dispatch_range(const std::array<uint32_t, 3>& first, const std::array<uint32_t, 3>& count);

  /// What `before` wrote is seen by `after`, and `after` does not overwrite what `before` still reads.
  void barrier(Stage before, Stage after);

  /// Copies from.size_bytes bytes.
  void copy(const BufferRange& from, const BufferRange& to);
  /// Fills with a repeated word; offset and size are multiples of 4.
  void fill(const BufferRange& range, uint32_t word);

  /// Forgets the pool's values; before the first write_timestamp of a command buffer.
  void reset_timestamps(const Timestamps& timestamps);
  /// The time at which everything recorded so far has finished.
  void write_timestamp(const Timestamps& timestamps, uint32_t index);

  /// A name around the following commands for profilers and validation messages.
  void begin_label(std::string_view name);
  void end_label();

  /// Ends recording; the recorder is used up.
  [[nodiscard]] CommandBuffer finish();

 private:
  CommandBuffer commands_;
  const Pipeline* bound_ = nullptr;
  uint32_t pushed_bindings_ = 0;
  bool params_pushed_ = false;
};

}  // namespace lapilli::gpu
