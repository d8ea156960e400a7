// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace lapilli {

enum class DeviceType { kDiscrete, kIntegrated, kVirtual, kSoftware, kOther };

/// What lowering and planning need to know of a device; plain values, so that both run without one.
struct DeviceCaps {
  std::string name;
  DeviceType type = DeviceType::kOther;
  uint32_t vendor_id = 0;

  uint32_t subgroup_size = 32;
  uint32_t max_workgroup_invocations = 256;
  std::array<uint32_t, 3> max_workgroup_count = {65535, 65535, 65535};
  uint32_t shared_memory_bytes = 32768;
  uint32_t max_push_constant_bytes = 128;
  uint32_t storage_buffer_alignment_bytes = 64;
  uint64_t max_storage_range_bytes = uint64_t{1} << 27;
  uint64_t max_allocation_bytes = uint64_t{1} << 30;

  bool storage_8bit = false;  ///< with 8-bit arithmetic
  bool int16_arithmetic = false;
  bool int64_arithmetic = false;
  bool float16_arithmetic = false;
  bool integer_dot_product = false;
  /// KHR_cooperative_matrix with 16×16×16 f16 inputs, f32 accumulators, subgroup scope.
  bool cooperative_matrix = false;

  /// Kernels without shared memory and barriers are the fast ones: a processor runs the shaders.
  [[nodiscard]] bool is_software() const { return type == DeviceType::kSoftware; }
};

}  // namespace lapilli
