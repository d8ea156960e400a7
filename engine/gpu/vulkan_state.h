// SPDX-License-Identifier: Apache-2.0
#pragma once

// Shared by this folder's sources only: the Vulkan side of Instance and Device.

#include "engine/gpu/device.h"
#include "engine/gpu/memory.h"

#include <array>
#include <atomic>
#include <mutex>

#include <vulkan/vulkan.h>

namespace lapilli::gpu {

/// "VK_ERROR_DEVICE_LOST", or the number of a rarer one.
[[nodiscard]] std::string result_name(VkResult result);

/// The failure of `action` ("create the device") as an Error: kOutOfMemory, kDeviceLost with a hint,
/// kNoDevice, kUnsupported or kInternal.
[[nodiscard]] Error vulkan_error(VkResult result, std::string_view action);

/// Throws vulkan_error for a negative result.
void check(VkResult result, std::string_view action);

/// Runs Vulkan's two-call enumeration: call(count, data).
template <class T, class Call>
std::vector<T> enumerate(const Call& call, const T& blank = {}) {
  uint32_t count = 0;
  call(&count, static_cast<T*>(nullptr));
  std::vector<T> items(count, blank);
  call(&count, items.data());
  items.resize(count);
  return items;
}

/// Where the messenger's callback delivers to; its address must not change.
struct MessageReceiver {
  std::mutex mutex;
  MessageSink sink;
};

struct InstanceState {
  MessageReceiver receiver;
  VkInstance instance = nullptr;
  VkDebugUtilsMessengerEXT messenger = nullptr;
  bool validating = false;
  bool debug_utils = false;

  InstanceState() = default;
  InstanceState(const InstanceState&) = delete;
  InstanceState& operator=(const InstanceState&) = delete;
  ~InstanceState();
};

[[nodiscard]] std::vector<VkPhysicalDevice> physical_devices(const InstanceState& instance);

/// The features this product knows, linked for a query or for device creation. Extension structures are
/// linked only when the device has the extension.
struct Features {
  VkPhysicalDeviceFeatures2 core = {};
  VkPhysicalDeviceVulkan11Features v11 = {};
  VkPhysicalDeviceVulkan12Features v12 = {};
  VkPhysicalDeviceVulkan13Features v13 = {};
  VkPhysicalDeviceMemoryPriorityFeaturesEXT memory_priority = {};
#ifdef VK_KHR_cooperative_matrix
  VkPhysicalDeviceCooperativeMatrixFeaturesKHR cooperative_matrix = {};
#endif

  Features(bool with_memory_priority, bool with_cooperative_matrix);
  Features(const Features&) = delete;
  Features& operator=(const Features&) = delete;
};

/// Everything device creation needs beyond the plain DeviceInfo.
struct DeviceQuery {
  DeviceInfo info;
  bool memory_budget = false;
  bool memory_priority = false;
  bool subgroup_size_varies = false;  ///< and can be required for compute shaders
  double timestamp_period_ns = 1;
  std::array<uint8_t, VK_UUID_SIZE> pipeline_cache_uuid = {};
};

[[nodiscard]] DeviceQuery query_device(const InstanceState& instance, VkPhysicalDevice device);

/// The heaps as they are now; `query` says what the driver can tell. used_bytes is 0 where nobody knows.
[[nodiscard]] std::vector<MemoryHeap> query_heaps(VkPhysicalDevice device, const DeviceQuery& query);

struct DeviceState {
  DeviceQuery query;
  DeviceOptions options;
  VkPhysicalDevice physical = nullptr;
  VkDevice device = nullptr;
  VkQueue queue = nullptr;
  uint32_t queue_family = 0;
  uint32_t timestamp_bits = 0;
  MemoryLayout memory;
  std::array<uint64_t, VK_MAX_MEMORY_HEAPS> allocated_bytes = {};
  uint64_t device_use_bytes = 0;  // of kDevice buffers
  uint64_t local_bytes = 0;       // of buffers in device-local heaps
  uint64_t peak_local_bytes = 0;

  PFN_vkCmdPushDescriptorSetKHR push_descriptor_set = nullptr;
  PFN_vkSetDebugUtilsObjectNameEXT set_object_name = nullptr;
  PFN_vkCmdBeginDebugUtilsLabelEXT begin_label = nullptr;
  PFN_vkCmdEndDebugUtilsLabelEXT end_label = nullptr;

  uint64_t allocations = 0;
  std::atomic<uint64_t> pipelines_created = 0;
  uint64_t command_buffers_recorded = 0;
  uint64_t submissions = 0;

  DeviceState() = default;
  DeviceState(const DeviceState&) = delete;
  DeviceState& operator=(const DeviceState&) = delete;
  ~DeviceState();

  /// Names an object for validation messages and profilers.
  void name(VkObjectType type, const void* handle, const std::string& label) const;

  /// Counts memory that was allocated from a heap, and memory that was given back to it.
  void count_allocation(uint32_t heap, uint64_t size_bytes);
  void count_release(uint32_t heap, uint64_t size_bytes);

  /// The heaps with their present budget; own allocations count as used where the driver does not say.
  [[nodiscard]] std::vector<MemoryHeap> heaps() const;
};

}  // namespace lapilli::gpu
