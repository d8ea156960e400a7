// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace lapilli {

enum class DeviceType { kDiscrete, kIntegrated, kVirtual, kSoftware, kOther };

/// One cooperative multiplication: [m, k] · [k, n].
struct MatrixShape {
  uint32_t m = 0;
  uint32_t n = 0;
  uint32_t k = 0;

  bool operator==(const MatrixShape&) const = default;
};

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

  /// Operations or bytes above which one dispatch is launched in parts, so that stop requests are honoured in
  /// time; 0: never cut.
  double max_dispatch_cost = 0;

  /// The compiler makes slow code of unrolled loops; kernels that can choose keep the bodies of loops small.
  bool slow_unrolling = false;

  /// Shaders may read buffers at addresses; asked of processors only, whose compilers make one load of eight
  /// neighbouring values read so.
  bool buffer_addresses = false;
  bool storage_8bit = false;  ///< with 8-bit arithmetic
  bool int16_arithmetic = false;
  bool int64_arithmetic = false;
  bool float16_arithmetic = false;
  bool integer_dot_product = false;
  /// KHR_cooperative_matrix with f16 inputs, f32 accumulators and subgroup scope, in the shape below.
  bool cooperative_matrix = false;
  MatrixShape matrix_shape = {};

  /// Kernels without shared memory and barriers are the fast ones: a processor runs the shaders.
  [[nodiscard]] bool is_software() const { return type == DeviceType::kSoftware; }
};

}  // namespace lapilli
