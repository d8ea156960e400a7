// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/buffer.h"

#include "engine/base/units.h"
#include "engine/gpu/vulkan_state.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace lapilli::gpu {

struct Buffer::State {
  DeviceState* device = nullptr;
  BufferOptions options;
  VkBuffer buffer = nullptr;
  VkDeviceMemory memory = nullptr;
  uint32_t heap = 0;
  uint64_t allocated_bytes = 0;
  std::span<std::byte> mapped;

  explicit State(DeviceState& owner, const BufferOptions& wanted) : device(&owner), options(wanted) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (buffer) vkDestroyBuffer(device->device, buffer, nullptr);
    if (!memory) return;
    vkFreeMemory(device->device, memory, nullptr);
    device->count_release(heap, allocated_bytes);
    if (options.use == BufferUse::kDevice) device->device_use_bytes -= allocated_bytes;
  }
};

namespace {

uint64_t free_within_limit(const DeviceState& state, const MemoryHeap& heap, BufferUse use) {
  const uint64_t limit = state.options.memory_limit_bytes;
  if (use != BufferUse::kDevice || limit == 0) return heap.free_bytes();
  return std::min(heap.free_bytes(), limit - std::min(limit, state.device_use_bytes));
}

Error out_of_memory(const DeviceState& state, const BufferOptions& options, const MemoryHeap& heap) {
  return Error(ErrorCode::kOutOfMemory,
               text("buffer \"", options.name, "\" needs ", mebibytes(options.size_bytes), "; heap ",
                    heap.index, heap.device_local ? " (device memory) has " : " (host memory) has ",
                    mebibytes(free_within_limit(state, heap, options.use)), " free of a budget of ",
                    mebibytes(heap.budget_bytes), ", at most ",
                    mebibytes(state.query.info.caps.max_allocation_bytes), " in one piece"));
}

/// Refuses what the driver need not be asked for, or would promise without having it.
void check_size(const DeviceState& state, const BufferOptions& options, uint32_t heap_index) {
  if (options.size_bytes == 0)
    throw Error(ErrorCode::kInvalidArgument, text("buffer \"", options.name, "\" would have 0 bytes"));
  const DeviceCaps& caps = state.query.info.caps;
  const MemoryHeap heap = state.heaps().at(heap_index);
  const bool is_limited = caps.is_software() || state.options.memory_limit_bytes != 0;
  if (options.size_bytes > caps.max_allocation_bytes ||
      (is_limited && options.size_bytes > free_within_limit(state, heap, options.use)))
    throw out_of_memory(state, options, heap);
}

VkBuffer create_buffer(const DeviceState& state, const BufferOptions& options) {
  VkBufferUsageFlags usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                             VK_BUFFER_USAGE_TRANSFER_DST_BIT;
  if (state.query.info.caps.buffer_addresses) usage |= VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT;
  const VkBufferCreateInfo info{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                .pNext = nullptr,
                                .flags = 0,
                                .size = options.size_bytes,
                                .usage = usage,
                                .sharingMode = VK_SHARING_MODE_EXCLUSIVE,
                                .queueFamilyIndexCount = 0,
                                .pQueueFamilyIndices = nullptr};
  VkBuffer buffer = nullptr;
  check(vkCreateBuffer(state.device, &info, nullptr, &buffer),
        text("create the buffer \"", options.name, "\""));
  return buffer;
}

VkResult allocate(DeviceState& state, uint64_t size_bytes, uint32_t type, BufferUse use,
                  VkDeviceMemory* memory) {
  if (++state.allocations == state.options.fail_allocation_at) return VK_ERROR_OUT_OF_DEVICE_MEMORY;
  const VkMemoryAllocateFlagsInfo flags{.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO,
                                        .pNext = nullptr,
                                        .flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT,
                                        .deviceMask = 0};
  const void* next = state.query.info.caps.buffer_addresses ? &flags : nullptr;
  const VkMemoryPriorityAllocateInfoEXT priority{.sType = VK_STRUCTURE_TYPE_MEMORY_PRIORITY_ALLOCATE_INFO_EXT,
                                                 .pNext = next,
                                                 .priority = use == BufferUse::kDevice ? 1.0f : 0.5f};
  if (state.query.memory_priority) next = &priority;
  const VkMemoryAllocateInfo info{.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                  .pNext = next,
                                  .allocationSize = size_bytes,
                                  .memoryTypeIndex = type};
  return vkAllocateMemory(state.device, &info, nullptr, memory);
}

uint32_t require_memory_type(const DeviceState& state, uint32_t allowed, BufferUse use) {
  const auto type = choose_memory_type(state.memory, allowed, use);
  if (!type) {
    throw Error(ErrorCode::kUnsupported, text("device \"", state.query.info.caps.name,
                                              "\" has no memory for buffer use ", static_cast<int>(use)));
  }
  return *type;
}

}  // namespace

Buffer Device::buffer(const BufferOptions& options) {
  DeviceState& device = *state_;
  check_size(device, options, heap_of(options.use));
  auto state = std::make_unique<Buffer::State>(device, options);
  state->buffer = create_buffer(device, options);
  VkMemoryRequirements needs;
  vkGetBufferMemoryRequirements(device.device, state->buffer, &needs);
  const uint32_t type = require_memory_type(device, needs.memoryTypeBits, options.use);
  state->heap = device.memory.types[type].heap;

  const VkResult allocated = allocate(device, needs.size, type, options.use, &state->memory);
  if (allocated == VK_ERROR_OUT_OF_DEVICE_MEMORY || allocated == VK_ERROR_OUT_OF_HOST_MEMORY)
    throw out_of_memory(device, options, device.heaps().at(state->heap));
  const std::string place = text("allocate memory for buffer \"", options.name, "\"");
  check(allocated, place);
  state->allocated_bytes = needs.size;
  device.count_allocation(state->heap, needs.size);
  if (options.use == BufferUse::kDevice) device.device_use_bytes += needs.size;

  check(vkBindBufferMemory(device.device, state->buffer, state->memory, 0), place);
  device.name(VK_OBJECT_TYPE_BUFFER, state->buffer, options.name);
  const bool hidden = device.options.hide_device_memory && options.use == BufferUse::kDevice;
  if (device.memory.types[type].host_visible && !hidden) {
    void* address = nullptr;
    check(vkMapMemory(device.device, state->memory, 0, VK_WHOLE_SIZE, 0, &address), place);
    state->mapped = {static_cast<std::byte*>(address), static_cast<size_t>(options.size_bytes)};
  }
  return Buffer(std::move(state));
}

uint64_t Device::free_bytes(BufferUse use) const {
  return free_within_limit(*state_, state_->heaps().at(heap_of(use)), use);
}

uint32_t Device::heap_of(BufferUse use) const {
  return state_->memory.types[require_memory_type(*state_, ~0u, use)].heap;
}

Buffer::Buffer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Buffer::Buffer(Buffer&&) noexcept = default;
Buffer& Buffer::operator=(Buffer&&) noexcept = default;
Buffer::~Buffer() = default;

uint64_t Buffer::size_bytes() const {
  return state_->options.size_bytes;
}

BufferUse Buffer::use() const {
  return state_->options.use;
}

const std::string& Buffer::name() const {
  return state_->options.name;
}

std::span<std::byte> Buffer::mapped() const {
  return state_->mapped;
}

uint64_t Buffer::address() const {
  LAPILLI_ASSERT(state_->device->query.info.caps.buffer_addresses);
  const VkBufferDeviceAddressInfo info{
      .sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO, .pNext = nullptr, .buffer = state_->buffer};
  return vkGetBufferDeviceAddress(state_->device->device, &info);
}

VkBuffer_T* Buffer::handle() const {
  return state_->buffer;
}

}  // namespace lapilli::gpu
