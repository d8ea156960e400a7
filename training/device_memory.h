// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/exec/bindings.h"
#include "engine/gpu/device.h"
#include "engine/gpu/timeline.h"

#include <map>
#include <string>

namespace lapilli::training {

/// Named storage on a device that the host fills and reads. Move-only; used by one thread.
class DeviceMemory {
 public:
  explicit DeviceMemory(gpu::Device& device) : device_(device), timeline_(device) {}

  /// Storage of zeros under a name; takes the place of what had that name. Throws kOutOfMemory.
  const gpu::Buffer& add(const std::string& name, uint64_t size_bytes,
                         gpu::BufferUse use = gpu::BufferUse::kDevice);
  /// Small mapped storage with these values.
  template <class Value>
  void add_values(const std::string& name, std::span<const Value> values) {
    const gpu::Buffer& buffer = add(name, values.size_bytes(), gpu::BufferUse::kHostVisibleDevice);
    write(buffer, 0, std::as_bytes(values));
  }

  /// Copies in and out, whether the memory is mapped or not; waits for the copy.
  void write(const gpu::Buffer& to, uint64_t offset_bytes, Bytes bytes);
  void read(const gpu::Buffer& from, uint64_t offset_bytes, std::span<std::byte> to);

  [[nodiscard]] const gpu::Buffer& at(const std::string& name) const { return *bindings_.at(name).buffer; }
  [[nodiscard]] const Bindings& bindings() const { return bindings_; }

 private:
  const gpu::Buffer& staging(gpu::BufferUse use, uint64_t size_bytes);

  gpu::Device& device_;
  gpu::Timeline timeline_;
  std::map<std::string, gpu::Buffer> buffers_;
  std::map<gpu::BufferUse, gpu::Buffer> stagings_;
  Bindings bindings_;
};

}  // namespace lapilli::training
