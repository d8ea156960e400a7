// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/device.h"

#include "engine/gpu/vulkan_state.h"

#include <algorithm>
#include <optional>

namespace lapilli::gpu {
namespace {

struct QueueChoice {
  uint32_t family = 0;
  uint32_t timestamp_bits = 0;
};

/// A family that computes; one without graphics first, since it does not wait for the desktop's frames.
std::optional<QueueChoice> choose_queue(VkPhysicalDevice device) {
  const auto families =
      enumerate<VkQueueFamilyProperties>([&](uint32_t* count, VkQueueFamilyProperties* items) {
        vkGetPhysicalDeviceQueueFamilyProperties(device, count, items);
      });
  std::optional<QueueChoice> choice;
  for (uint32_t i = 0; i < families.size(); ++i) {
    const VkQueueFlags flags = families[i].queueFlags;
    if (!(flags & VK_QUEUE_COMPUTE_BIT)) continue;
    const bool computes_only = !(flags & VK_QUEUE_GRAPHICS_BIT);
    if (!choice || computes_only) choice = QueueChoice{i, families[i].timestampValidBits};
    if (computes_only) break;
  }
  return choice;
}

MemoryLayout memory_layout(VkPhysicalDevice device, const std::vector<MemoryHeap>& heaps) {
  constexpr VkMemoryPropertyFlags kPlain =
      VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
      VK_MEMORY_PROPERTY_HOST_COHERENT_BIT | VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
  VkPhysicalDeviceMemoryProperties properties;
  vkGetPhysicalDeviceMemoryProperties(device, &properties);
  MemoryLayout layout;
  for (const MemoryHeap& heap : heaps) layout.heap_bytes.push_back(heap.size_bytes);
  for (uint32_t i = 0; i < properties.memoryTypeCount; ++i) {
    const VkMemoryPropertyFlags flags = properties.memoryTypes[i].propertyFlags;
    layout.types.push_back({.heap = properties.memoryTypes[i].heapIndex,
                            .device_local = (flags & VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT) != 0,
                            .host_visible = (flags & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT) != 0,
                            .host_coherent = (flags & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT) != 0,
                            .host_cached = (flags & VK_MEMORY_PROPERTY_HOST_CACHED_BIT) != 0,
                            .special = (flags & ~kPlain) != 0});
  }
  return layout;
}

std::vector<const char*> wanted_extensions(const DeviceQuery& query) {
  std::vector<const char*> extensions = {VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME};
  if (query.memory_budget) extensions.push_back(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  if (query.memory_priority) extensions.push_back(VK_EXT_MEMORY_PRIORITY_EXTENSION_NAME);
#ifdef VK_KHR_cooperative_matrix
  if (query.info.caps.cooperative_matrix) extensions.push_back(VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
#endif
  return extensions;
}

/// Turns on what shaders and this folder use, and of the optional features those the device has.
void enable_features(Features& on, const Features& has, const DeviceQuery& query) {
  on.core.features.shaderInt16 = has.core.features.shaderInt16;
  on.core.features.shaderInt64 = has.core.features.shaderInt64;
  on.v11.storageBuffer16BitAccess = VK_TRUE;
  on.v11.uniformAndStorageBuffer16BitAccess = has.v11.uniformAndStorageBuffer16BitAccess;
  on.v12.storageBuffer8BitAccess = has.v12.storageBuffer8BitAccess;
  on.v12.uniformAndStorageBuffer8BitAccess = has.v12.uniformAndStorageBuffer8BitAccess;
  on.v12.shaderFloat16 = has.v12.shaderFloat16;
  on.v12.shaderInt8 = has.v12.shaderInt8;
  on.v12.bufferDeviceAddress = query.info.caps.buffer_addresses ? VK_TRUE : VK_FALSE;
  on.v12.scalarBlockLayout = VK_TRUE;
  on.v12.timelineSemaphore = VK_TRUE;
  on.v12.shaderSubgroupExtendedTypes = has.v12.shaderSubgroupExtendedTypes;
  on.v12.vulkanMemoryModel = has.v12.vulkanMemoryModel;
  on.v12.vulkanMemoryModelDeviceScope = has.v12.vulkanMemoryModelDeviceScope;
  on.v13.subgroupSizeControl = has.v13.subgroupSizeControl;
  on.v13.computeFullSubgroups = has.v13.computeFullSubgroups;
  on.v13.synchronization2 = VK_TRUE;
  on.v13.shaderIntegerDotProduct = has.v13.shaderIntegerDotProduct;
  on.v13.maintenance4 = has.v13.maintenance4;
  on.memory_priority.memoryPriority = query.memory_priority;
#ifdef VK_KHR_cooperative_matrix
  on.cooperative_matrix.cooperativeMatrix = query.info.caps.cooperative_matrix;
#endif
}

VkResult create_device(DeviceState& state) {
  const DeviceQuery& query = state.query;
  Features has(query.memory_priority, query.info.caps.cooperative_matrix);
  vkGetPhysicalDeviceFeatures2(state.physical, &has.core);
  Features on(query.memory_priority, query.info.caps.cooperative_matrix);
  enable_features(on, has, query);

  const float priority = 1.0f;
  const VkDeviceQueueCreateInfo queue{.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
                                      .pNext = nullptr,
                                      .flags = 0,
                                      .queueFamilyIndex = state.queue_family,
                                      .queueCount = 1,
                                      .pQueuePriorities = &priority};
  const auto extensions = wanted_extensions(query);
  const VkDeviceCreateInfo info{.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
                                .pNext = &on.core,
                                .flags = 0,
                                .queueCreateInfoCount = 1,
                                .pQueueCreateInfos = &queue,
                                .enabledLayerCount = 0,
                                .ppEnabledLayerNames = nullptr,
                                .enabledExtensionCount = static_cast<uint32_t>(extensions.size()),
                                .ppEnabledExtensionNames = extensions.data(),
                                .pEnabledFeatures = nullptr};
  return vkCreateDevice(state.physical, &info, nullptr, &state.device);
}

/// What one dispatch costs at most where submissions are made shorter than usual on a device that else never
/// cuts any: a part of what the slowest GPUs do in the usual time.
constexpr double kLongDispatchCost = 2.5e8;

void apply_options(DeviceCaps& caps, const DeviceOptions& options) {
  if (options.max_dispatch_cost > 0) caps.max_dispatch_cost = options.max_dispatch_cost;
  const double share = options.submission_seconds / kSubmissionSeconds;
  if (share >= 1) return;
  caps.max_dispatch_cost = share * (caps.max_dispatch_cost > 0 ? caps.max_dispatch_cost : kLongDispatchCost);
}

template <class Function>
void load(const DeviceState& state, Function& function, const char* name) {
  function = reinterpret_cast<Function>(vkGetDeviceProcAddr(state.device, name));
}

void load_functions(DeviceState& state, bool debug_utils) {
  load(state, state.push_descriptor_set, "vkCmdPushDescriptorSetKHR");
  if (!debug_utils) return;
  load(state, state.set_object_name, "vkSetDebugUtilsObjectNameEXT");
  load(state, state.begin_label, "vkCmdBeginDebugUtilsLabelEXT");
  load(state, state.end_label, "vkCmdEndDebugUtilsLabelEXT");
}

}  // namespace

DeviceState::~DeviceState() {
  if (!device) return;
  vkDeviceWaitIdle(device);
  vkDestroyDevice(device, nullptr);
}

void DeviceState::name(VkObjectType type, const void* handle, const std::string& label) const {
  if (!set_object_name || label.empty()) return;
  const VkDebugUtilsObjectNameInfoEXT info{.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT,
                                           .pNext = nullptr,
                                           .objectType = type,
                                           .objectHandle = reinterpret_cast<uint64_t>(handle),
                                           .pObjectName = label.c_str()};
  set_object_name(device, &info);
}

std::vector<MemoryHeap> DeviceState::heaps() const {
  auto heaps = query_heaps(physical, query);
  for (MemoryHeap& heap : heaps) {
    heap.allocated_bytes = allocated_bytes[heap.index];
    heap.used_bytes = std::max(heap.used_bytes, heap.allocated_bytes);
  }
  return heaps;
}

void DeviceState::count_allocation(uint32_t heap, uint64_t size_bytes) {
  allocated_bytes[heap] += size_bytes;
  if (!query.info.heaps[heap].device_local) return;
  local_bytes += size_bytes;
  peak_local_bytes = std::max(peak_local_bytes, local_bytes);
}

void DeviceState::count_release(uint32_t heap, uint64_t size_bytes) {
  allocated_bytes[heap] -= size_bytes;
  if (query.info.heaps[heap].device_local) local_bytes -= size_bytes;
}

Result<Device> Device::create(const Instance& instance, const DeviceInfo& info, DeviceOptions options) {
  const auto physical = physical_devices(instance.state());
  if (info.physical_index >= physical.size())
    return Error(ErrorCode::kNoDevice, text("device \"", info.caps.name, "\" is gone"));

  auto state = std::make_unique<DeviceState>();
  state->options = options;
  state->physical = physical[info.physical_index];
  state->query = query_device(instance.state(), state->physical);
  state->query.info.physical_index = info.physical_index;
  apply_options(state->query.info.caps, options);
  const DeviceInfo& found = state->query.info;
  if (!found.meets_floor())
    return Error(ErrorCode::kUnsupported, text("device \"", found.caps.name, "\" lacks ", found.missing));

  const auto queue = choose_queue(state->physical);
  if (!queue)
    return Error(ErrorCode::kUnsupported, text("device \"", found.caps.name, "\" has no compute queue"));
  state->queue_family = queue->family;
  state->timestamp_bits = queue->timestamp_bits;
  state->memory = memory_layout(state->physical, found.heaps);

  if (const VkResult result = create_device(*state); result < 0)
    return vulkan_error(result, text("open the device \"", found.caps.name, "\""));
  load_functions(*state, instance.state().debug_utils);
  vkGetDeviceQueue(state->device, state->queue_family, 0, &state->queue);
  return Device(std::move(state));
}

Device::Device(std::unique_ptr<DeviceState> state) : state_(std::move(state)) {}
Device::Device(Device&&) noexcept = default;
Device& Device::operator=(Device&&) noexcept = default;
Device::~Device() = default;

const DeviceInfo& Device::info() const {
  return state_->query.info;
}

Counters Device::counters() const {
  return {.allocations = state_->allocations,
          .pipelines_created = state_->pipelines_created,
          .command_buffers_recorded = state_->command_buffers_recorded,
          .submissions = state_->submissions};
}

double Device::submission_seconds() const {
  return state_->options.submission_seconds;
}

uint64_t Device::peak_bytes() const {
  return state_->peak_local_bytes;
}

std::vector<MemoryHeap> Device::memory_use() const {
  return state_->heaps();
}

}  // namespace lapilli::gpu
