// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/commands.h"

#include "engine/gpu/vulkan_state.h"

#include <algorithm>

namespace lapilli::gpu {

struct CommandBuffer::State {
  DeviceState* device;
  VkCommandPool pool = nullptr;
  VkCommandBuffer commands = nullptr;

  explicit State(DeviceState& owner) : device(&owner) {
    const VkCommandPoolCreateInfo pool_info{.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                            .pNext = nullptr,
                                            .flags = 0,
                                            .queueFamilyIndex = owner.queue_family};
    check(vkCreateCommandPool(owner.device, &pool_info, nullptr, &pool), "create a command pool");
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { vkDestroyCommandPool(device->device, pool, nullptr); }

  void begin(const std::string& name) {
    const VkCommandBufferAllocateInfo info{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
                                           .pNext = nullptr,
                                           .commandPool = pool,
                                           .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                           .commandBufferCount = 1};
    check(vkAllocateCommandBuffers(device->device, &info, &commands), "create a command buffer");
    device->name(VK_OBJECT_TYPE_COMMAND_BUFFER, commands, name);
    const VkCommandBufferBeginInfo begin_info{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
                                              .pNext = nullptr,
                                              .flags = 0,
                                              .pInheritanceInfo = nullptr};
    check(vkBeginCommandBuffer(commands, &begin_info), "begin a command buffer");
  }
};

namespace {

bool contains(Stage stages, Stage stage) {
  return (static_cast<uint32_t>(stages) & static_cast<uint32_t>(stage)) != 0;
}

VkPipelineStageFlags2 stage_flags(Stage stages) {
  return (contains(stages, Stage::kCompute) ? VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT : 0) |
         (contains(stages, Stage::kTransfer) ? VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT : 0) |
         (contains(stages, Stage::kHost) ? VK_PIPELINE_STAGE_2_HOST_BIT : 0);
}

VkAccessFlags2 write_flags(Stage stages) {
  return (contains(stages, Stage::kCompute) ? VK_ACCESS_2_SHADER_WRITE_BIT : 0) |
         (contains(stages, Stage::kTransfer) ? VK_ACCESS_2_TRANSFER_WRITE_BIT : 0) |
         (contains(stages, Stage::kHost) ? VK_ACCESS_2_HOST_WRITE_BIT : 0);
}

VkAccessFlags2 read_flags(Stage stages) {
  return (contains(stages, Stage::kCompute) ? VK_ACCESS_2_SHADER_READ_BIT : 0) |
         (contains(stages, Stage::kTransfer) ? VK_ACCESS_2_TRANSFER_READ_BIT : 0) |
         (contains(stages, Stage::kHost) ? VK_ACCESS_2_HOST_READ_BIT : 0);
}

/// The range's size with "to the end" resolved; throws for what lies outside the buffer.
uint64_t checked_size(const BufferRange& range) {
  LAPILLI_ASSERT(range.buffer != nullptr);
  const uint64_t whole = range.buffer->size_bytes();
  const uint64_t left = range.offset_bytes < whole ? whole - range.offset_bytes : 0;
  const uint64_t size = range.size_bytes ? range.size_bytes : left;
  if (size == 0 || size > left) {
    throw Error(ErrorCode::kInvalidArgument,
                text("range of ", size, " bytes at ", range.offset_bytes, " is not within buffer \"",
                     range.buffer->name(), "\" of ", whole, " bytes"));
  }
  return size;
}

VkDescriptorBufferInfo descriptor(const DeviceCaps& caps, const BufferRange& range) {
  const uint64_t size = checked_size(range);
  if (size > caps.max_storage_range_bytes || range.offset_bytes % caps.storage_buffer_alignment_bytes != 0) {
    throw Error(ErrorCode::kInvalidArgument,
                text("cannot bind ", size, " bytes at ", range.offset_bytes, " of buffer \"",
                     range.buffer->name(), "\": the device takes at most ", caps.max_storage_range_bytes,
                     " bytes at multiples of ", caps.storage_buffer_alignment_bytes));
  }
  return {.buffer = range.buffer->handle(), .offset = range.offset_bytes, .range = size};
}

}  // namespace

CommandBuffer::CommandBuffer(std::unique_ptr<State> state) : state_(std::move(state)) {}
CommandBuffer::CommandBuffer(CommandBuffer&&) noexcept = default;
CommandBuffer& CommandBuffer::operator=(CommandBuffer&&) noexcept = default;
CommandBuffer::~CommandBuffer() = default;

VkCommandBuffer_T* CommandBuffer::handle() const {
  return state_->commands;
}

CommandRecorder::CommandRecorder(Device& device, std::string_view name)
    : commands_(std::make_unique<CommandBuffer::State>(device.state())) {
  commands_.state_->begin(std::string(name));
  barrier(Stage::kCompute | Stage::kTransfer, Stage::kCompute | Stage::kTransfer);
}

void CommandRecorder::bind(const Pipeline& pipeline) {
  vkCmdBindPipeline(commands_.handle(), VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.handle);
  bound_ = &pipeline;
  pushed_bindings_ = 0;
  params_pushed_ = pipeline.shader->params_bytes == 0;
}

void CommandRecorder::push_buffers(std::span<const BoundRange> ranges) {
  LAPILLI_ASSERT(bound_ != nullptr);
  const DeviceState& device = *commands_.state_->device;
  std::vector<VkDescriptorBufferInfo> buffers(ranges.size());
  std::vector<VkWriteDescriptorSet> writes(ranges.size());
  for (size_t i = 0; i < ranges.size(); ++i) {
    LAPILLI_ASSERT(ranges[i].binding < 32);
    buffers[i] = descriptor(device.query.info.caps, ranges[i].range);
    writes[i] = {.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
                 .pNext = nullptr,
                 .dstSet = nullptr,
                 .dstBinding = ranges[i].binding,
                 .dstArrayElement = 0,
                 .descriptorCount = 1,
                 .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                 .pImageInfo = nullptr,
                 .pBufferInfo = &buffers[i],
                 .pTexelBufferView = nullptr};
    pushed_bindings_ |= 1u << ranges[i].binding;
  }
  device.push_descriptor_set(commands_.handle(), VK_PIPELINE_BIND_POINT_COMPUTE, bound_->layout, 0,
                             static_cast<uint32_t>(writes.size()), writes.data());
}

void CommandRecorder::push_constants(Bytes params) {
  LAPILLI_ASSERT(bound_ != nullptr && params.size() == bound_->shader->params_bytes);
  vkCmdPushConstants(commands_.handle(), bound_->layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
                     static_cast<uint32_t>(params.size()), params.data());
  params_pushed_ = true;
}

void CommandRecorder::dispatch(uint32_t x, uint32_t y, uint32_t z) {
  dispatch_range({0, 0, 0}, {x, y, z});
}

void CommandRecorder::dispatch_range(const std::array<uint32_t, 3>& first,
                                     const std::array<uint32_t, 3>& count) {
  LAPILLI_ASSERT(bound_ != nullptr && params_pushed_);
  const auto is_pushed = [&](const ShaderBinding& binding) {
    return (pushed_bindings_ >> binding.binding & 1u) != 0;
  };
  LAPILLI_ASSERT(std::ranges::all_of(bound_->shader->bindings, is_pushed));
  const DeviceCaps& caps = commands_.state_->device->query.info.caps;
  for (size_t axis = 0; axis < 3; ++axis)
    LAPILLI_ASSERT(count[axis] <= caps.max_workgroup_count[axis] - first[axis]);
  if (first == std::array<uint32_t, 3>{}) {
    vkCmdDispatch(commands_.handle(), count[0], count[1], count[2]);
    return;
  }
  LAPILLI_ASSERT(caps.max_dispatch_cost > 0);
  vkCmdDispatchBase(commands_.handle(), first[0], first[1], first[2], count[0], count[1], count[2]);
}

void CommandRecorder::barrier(Stage before, Stage after) {
  const VkMemoryBarrier2 memory{.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER_2,
                                .pNext = nullptr,
                                .srcStageMask = stage_flags(before),
                                .srcAccessMask = write_flags(before),
                                .dstStageMask = stage_flags(after),
                                .dstAccessMask = read_flags(after) | write_flags(after)};
  const VkDependencyInfo info{.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO,
                              .pNext = nullptr,
                              .dependencyFlags = 0,
                              .memoryBarrierCount = 1,
                              .pMemoryBarriers = &memory,
                              .bufferMemoryBarrierCount = 0,
                              .pBufferMemoryBarriers = nullptr,
                              .imageMemoryBarrierCount = 0,
                              .pImageMemoryBarriers = nullptr};
  vkCmdPipelineBarrier2(commands_.handle(), &info);
}

void CommandRecorder::copy(const BufferRange& from, const BufferRange& to) {
  const uint64_t size = checked_size(from);
  checked_size({to.buffer, to.offset_bytes, size});
  const VkBufferCopy region{.srcOffset = from.offset_bytes, .dstOffset = to.offset_bytes, .size = size};
  vkCmdCopyBuffer(commands_.handle(), from.buffer->handle(), to.buffer->handle(), 1, &region);
}

void CommandRecorder::fill(const BufferRange& range, uint32_t word) {
  const uint64_t size = checked_size(range);
  LAPILLI_ASSERT(size % 4 == 0 && range.offset_bytes % 4 == 0);
  vkCmdFillBuffer(commands_.handle(), range.buffer->handle(), range.offset_bytes, size, word);
}

void CommandRecorder::reset_timestamps(const Timestamps& timestamps) {
  vkCmdResetQueryPool(commands_.handle(), timestamps.handle(), 0, timestamps.count());
}

void CommandRecorder::write_timestamp(const Timestamps& timestamps, uint32_t index) {
  LAPILLI_ASSERT(index < timestamps.count());
  vkCmdWriteTimestamp2(commands_.handle(), VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, timestamps.handle(), index);
}

void CommandRecorder::begin_label(std::string_view name) {
  const DeviceState& device = *commands_.state_->device;
  if (!device.begin_label) return;
  const std::string terminated(name);
  const VkDebugUtilsLabelEXT label{.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_LABEL_EXT,
                                   .pNext = nullptr,
                                   .pLabelName = terminated.c_str(),
                                   .color = {}};
  device.begin_label(commands_.handle(), &label);
}

void CommandRecorder::end_label() {
  const DeviceState& device = *commands_.state_->device;
  if (device.end_label) device.end_label(commands_.handle());
}

CommandBuffer CommandRecorder::finish() {
  barrier(Stage::kCompute | Stage::kTransfer, Stage::kHost);
  check(vkEndCommandBuffer(commands_.handle()), "record a command buffer");
  ++commands_.state_->device->command_buffers_recorded;
  return std::move(commands_);
}

}  // namespace lapilli::gpu
