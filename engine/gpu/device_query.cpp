// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/quirks.h"
#include "engine/gpu/vulkan_state.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace lapilli::gpu {
namespace {

std::string hexadecimal(const uint8_t (&bytes)[VK_UUID_SIZE]) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result;
  for (const uint8_t byte : bytes) {
    result += kDigits[byte >> 4];
    result += kDigits[byte & 15];
  }
  return result;
}

DeviceType device_type(VkPhysicalDeviceType type) {
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return DeviceType::kDiscrete;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return DeviceType::kIntegrated;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return DeviceType::kVirtual;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return DeviceType::kSoftware;
    default:
      return DeviceType::kOther;
  }
}

struct Properties {
  VkPhysicalDeviceProperties2 core = {};
  VkPhysicalDeviceVulkan11Properties v11 = {};
  VkPhysicalDeviceVulkan12Properties v12 = {};
  VkPhysicalDeviceVulkan13Properties v13 = {};

  explicit Properties(VkPhysicalDevice device) {
    core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
    v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES;
    v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES;
    v13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_PROPERTIES;
    core.pNext = &v11;
    v11.pNext = &v12;
    v12.pNext = &v13;
    vkGetPhysicalDeviceProperties2(device, &core);
  }
  Properties(const Properties&) = delete;
  Properties& operator=(const Properties&) = delete;
};

class Extensions {
 public:
  explicit Extensions(VkPhysicalDevice device)
      : items_(enumerate<VkExtensionProperties>([&](uint32_t* count, VkExtensionProperties* items) {
          return vkEnumerateDeviceExtensionProperties(device, nullptr, count, items);
        })) {}
  [[nodiscard]] bool has(std::string_view name) const {
    return std::any_of(items_.begin(), items_.end(),
                       [&](const VkExtensionProperties& item) { return item.extensionName == name; });
  }

 private:
  std::vector<VkExtensionProperties> items_;
};

void fill_limits(DeviceCaps& caps, const Properties& properties) {
  const VkPhysicalDeviceLimits& limits = properties.core.properties.limits;
  caps.subgroup_size = properties.v11.subgroupSize;
  caps.max_workgroup_invocations = limits.maxComputeWorkGroupInvocations;
  std::copy_n(limits.maxComputeWorkGroupCount, 3, caps.max_workgroup_count.begin());
  caps.shared_memory_bytes = limits.maxComputeSharedMemorySize;
  caps.max_push_constant_bytes = limits.maxPushConstantsSize;
  caps.storage_buffer_alignment_bytes = static_cast<uint32_t>(limits.minStorageBufferOffsetAlignment);
  caps.max_storage_range_bytes = limits.maxStorageBufferRange;
  // A processor does 3 to 10 of these a nanosecond: parts of 25 to 80 ms.
  if (caps.is_software()) caps.max_dispatch_cost = 2.5e8;
  caps.max_allocation_bytes = std::min(properties.v11.maxMemoryAllocationSize, properties.v13.maxBufferSize);
}

#ifdef VK_KHR_cooperative_matrix
/// The shapes for f16 inputs and f32 sums within a subgroup.
std::vector<MatrixShape> matrix_shapes(const InstanceState& instance, VkPhysicalDevice device) {
  const auto get = reinterpret_cast<PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR>(
      vkGetInstanceProcAddr(instance.instance, "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR"));
  if (!get) return {};
  VkCooperativeMatrixPropertiesKHR blank = {};
  blank.sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR;
  const auto offered = enumerate<VkCooperativeMatrixPropertiesKHR>(
      [&](uint32_t* count, VkCooperativeMatrixPropertiesKHR* items) { return get(device, count, items); },
      blank);
  std::vector<MatrixShape> shapes;
  for (const VkCooperativeMatrixPropertiesKHR& shape : offered) {
    if (shape.AType == VK_COMPONENT_TYPE_FLOAT16_KHR && shape.BType == VK_COMPONENT_TYPE_FLOAT16_KHR &&
        shape.CType == VK_COMPONENT_TYPE_FLOAT32_KHR && shape.ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR &&
        shape.scope == VK_SCOPE_SUBGROUP_KHR && !shape.saturatingAccumulation)
      shapes.push_back({shape.MSize, shape.NSize, shape.KSize});
  }
  return shapes;
}

MatrixShape query_matrix_shape(const InstanceState& instance, VkPhysicalDevice device,
                               const Features& features) {
  if (!features.cooperative_matrix.cooperativeMatrix || !features.v12.vulkanMemoryModel ||
      !features.v12.shaderFloat16)
    return {};
  return choose_matrix_shape(matrix_shapes(instance, device));
}
#else
MatrixShape query_matrix_shape(const InstanceState&, VkPhysicalDevice, const Features&) {
  return {};
}
#endif

void fill_features(DeviceCaps& caps, const Properties& properties, const Features& features) {
  caps.storage_8bit = features.v12.storageBuffer8BitAccess && features.v12.shaderInt8;
  caps.int16_arithmetic = features.core.features.shaderInt16;
  caps.int64_arithmetic = features.core.features.shaderInt64;
  caps.float16_arithmetic = features.v12.shaderFloat16;
  caps.buffer_addresses = caps.is_software() && features.v12.bufferDeviceAddress;
  // A software device has it so that tests reach the kernels, although it gains nothing there.
  caps.integer_dot_product =
      features.v13.shaderIntegerDotProduct &&
      (properties.v13.integerDotProduct4x8BitPackedSignedAccelerated || caps.is_software());
}

bool has_subgroup_operations(const Properties& properties) {
  constexpr VkSubgroupFeatureFlags kWanted = VK_SUBGROUP_FEATURE_BASIC_BIT |
                                             VK_SUBGROUP_FEATURE_ARITHMETIC_BIT |
                                             VK_SUBGROUP_FEATURE_SHUFFLE_BIT | VK_SUBGROUP_FEATURE_BALLOT_BIT;
  return (properties.v11.subgroupSupportedStages & VK_SHADER_STAGE_COMPUTE_BIT) &&
         (properties.v11.subgroupSupportedOperations & kWanted) == kWanted;
}

std::string missing_features(const Properties& properties, const Features& features,
                             const Extensions& extensions) {
  std::string missing;
  const auto want = [&](bool present, std::string_view name) {
    if (!present) missing += text(missing.empty() ? "" : ", ", name);
  };
  want(extensions.has(VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME), "push descriptors");
  want(features.v11.storageBuffer16BitAccess, "16-bit storage");
  want(features.v12.scalarBlockLayout, "scalar block layout");
  want(features.v12.timelineSemaphore, "timeline semaphores");
  want(features.v13.synchronization2, "synchronization2");
  want(has_subgroup_operations(properties), "subgroup arithmetic, shuffles and ballots");
  return missing;
}

uint64_t physical_memory_bytes() {
  return static_cast<uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// What programs could still take without swapping; all memory where the system does not say.
uint64_t available_memory_bytes() {
  std::ifstream stream("/proc/meminfo");
  std::string line;
  while (std::getline(stream, line)) {
    std::istringstream words(line);
    std::string key;
    uint64_t kibibytes = 0;
    if (words >> key >> kibibytes && key == "MemAvailable:") return kibibytes * 1024;
  }
  return physical_memory_bytes();
}

void use_machine_memory(std::vector<MemoryHeap>& heaps) {
  for (MemoryHeap& heap : heaps) {
    heap.size_bytes = heap.budget_bytes = physical_memory_bytes();
    heap.used_bytes = heap.size_bytes - std::min(heap.size_bytes, available_memory_bytes());
  }
}

bool is_unified(const DeviceInfo& info) {
  if (info.caps.type == DeviceType::kDiscrete) return false;
  const MemoryHeap* largest = nullptr;
  for (const MemoryHeap& heap : info.heaps)
    if (heap.device_local && (!largest || heap.size_bytes > largest->size_bytes)) largest = &heap;
  return largest && largest->host_visible;
}

DeviceInfo describe(VkPhysicalDevice device) {
  VkPhysicalDeviceProperties core;
  vkGetPhysicalDeviceProperties(device, &core);
  DeviceInfo info;
  info.caps.name = core.deviceName;
  info.caps.type = device_type(core.deviceType);
  info.caps.vendor_id = core.vendorID;
  info.device_id = core.deviceID;
  info.driver_version = core.driverVersion;
  info.api_version = core.apiVersion;
  return info;
}

}  // namespace

Features::Features(bool with_memory_priority, bool with_cooperative_matrix) {
  core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
  v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES;
  v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
  v13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES;
  core.pNext = &v11;
  v11.pNext = &v12;
  v12.pNext = &v13;
  void** end = &v13.pNext;
  memory_priority.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PRIORITY_FEATURES_EXT;
  if (with_memory_priority) {
    *end = &memory_priority;
    end = &memory_priority.pNext;
  }
#ifdef VK_KHR_cooperative_matrix
  cooperative_matrix.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR;
  if (with_cooperative_matrix) *end = &cooperative_matrix;
#else
  static_cast<void>(with_cooperative_matrix);
#endif
}

std::vector<MemoryHeap> query_heaps(VkPhysicalDevice device, const DeviceQuery& query) {
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget{
      .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT,
      .pNext = nullptr,
      .heapBudget = {},
      .heapUsage = {}};
  VkPhysicalDeviceMemoryProperties2 properties{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
                                               .pNext = query.memory_budget ? &budget : nullptr,
                                               .memoryProperties = {}};
  vkGetPhysicalDeviceMemoryProperties2(device, &properties);
  const VkPhysicalDeviceMemoryProperties& memory = properties.memoryProperties;

  std::vector<MemoryHeap> heaps(memory.memoryHeapCount);
  for (uint32_t i = 0; i < memory.memoryHeapCount; ++i) {
    const VkMemoryHeap& heap = memory.memoryHeaps[i];
    heaps[i] = {.index = i,
                .device_local = (heap.flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) != 0,
                .size_bytes = heap.size,
                .budget_bytes = query.memory_budget ? budget.heapBudget[i] : heap.size,
                .used_bytes = query.memory_budget ? budget.heapUsage[i] : 0};
  }
  for (uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
    const VkMemoryType& type = memory.memoryTypes[i];
    if (type.propertyFlags & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT) heaps[type.heapIndex].host_visible = true;
  }
  if (has_quirk(known_quirks(), query.info, QuirkFlag::kHeapSizeIsFixed)) use_machine_memory(heaps);
  return heaps;
}

DeviceQuery query_device(const InstanceState& instance, VkPhysicalDevice device) {
  DeviceQuery query;
  query.info = describe(device);
  DeviceInfo& info = query.info;
  if (info.api_version < VK_API_VERSION_1_3) {
    info.missing = text("Vulkan 1.3 (its driver has ", version_text(info.api_version), ")");
    info.heaps = query_heaps(device, query);
    return query;
  }

  const Properties properties(device);
  const Extensions extensions(device);
  query.memory_budget = extensions.has(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  query.memory_priority = extensions.has(VK_EXT_MEMORY_PRIORITY_EXTENSION_NAME);
  Features features(query.memory_priority, extensions.has("VK_KHR_cooperative_matrix"));
  vkGetPhysicalDeviceFeatures2(device, &features.core);

  info.uuid = hexadecimal(properties.v11.deviceUUID);
  info.driver_uuid = hexadecimal(properties.v11.driverUUID);
  info.driver = text(properties.v12.driverName, ", ", properties.v12.driverInfo);
  info.driver_id = properties.v12.driverID;
  info.missing = missing_features(properties, features, extensions);
  info.heaps = query_heaps(device, query);
  fill_limits(info.caps, properties);
  fill_features(info.caps, properties, features);
  info.caps.matrix_shape = query_matrix_shape(instance, device, features);
  info.caps.cooperative_matrix = info.caps.matrix_shape != MatrixShape{};
  info.caps.slow_unrolling = has_quirk(known_quirks(), info, QuirkFlag::kSlowUnrolling);
  info.unified_memory = is_unified(info);

  query.memory_priority = query.memory_priority && features.memory_priority.memoryPriority;
  query.subgroup_size_varies = features.v13.subgroupSizeControl &&
                               properties.v13.minSubgroupSize != properties.v13.maxSubgroupSize &&
                               (properties.v13.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT);
  query.timestamp_period_ns = properties.core.properties.limits.timestampPeriod;
  std::copy_n(properties.core.properties.pipelineCacheUUID, VK_UUID_SIZE, query.pipeline_cache_uuid.begin());
  return query;
}

}  // namespace lapilli::gpu
