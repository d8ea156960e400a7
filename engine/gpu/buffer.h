// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"
#include "engine/gpu/handles.h"

#include <memory>
#include <string>

namespace lapilli::gpu {

struct DeviceState;

/// Where a buffer lives and who touches it.
enum class BufferUse {
  kDevice,             ///< weights, temporaries: device memory, never a small mappable window of it
  kHostVisible,        ///< host memory the device reads over the bus: layers that do not fit the device
  kHostVisibleDevice,  ///< small and mapped, in device memory where that can be mapped: step state
  kUpload,             ///< host memory the processor writes once and the device copies
  kReadback,           ///< host memory the device writes and the processor reads, cached where possible
};

struct BufferOptions {
  uint64_t size_bytes = 0;
  BufferUse use = BufferUse::kDevice;
  std::string name = {};  ///< for errors and validation messages
};

/// A storage buffer with its memory, usable in shaders, copies and fills. Move-only; destroyed only when no
/// submitted work uses it.
class Buffer {
 public:
  Buffer(Buffer&&) noexcept;
  Buffer& operator=(Buffer&&) noexcept;
  ~Buffer();

  [[nodiscard]] uint64_t size_bytes() const;
  [[nodiscard]] BufferUse use() const;
  [[nodiscard]] const std::string& name() const;

  /// The buffer's bytes, coherent, for as long as it lives. Empty where the memory cannot be mapped: kDevice
  /// on most discrete devices; never empty for the other uses. What the device wrote is there once the
  /// submission has been waited for. Reading kDevice memory of a discrete device is slow.
  [[nodiscard]] std::span<std::byte> mapped() const;

  /// Where shaders find it, with caps().buffer_addresses.
  [[nodiscard]] uint64_t address() const;

  [[nodiscard]] VkBuffer_T* handle() const;

 private:
  friend class Device;
  struct State;
  explicit Buffer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A part of a buffer; size 0 means up to its end.
struct BufferRange {
  const Buffer* buffer = nullptr;
  uint64_t offset_bytes = 0;
  uint64_t size_bytes = 0;
};

}  // namespace lapilli::gpu
