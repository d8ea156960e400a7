// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/timeline.h"

#include "engine/gpu/vulkan_state.h"

#include <limits>

namespace lapilli::gpu {

struct Timeline::State {
  DeviceState* device;
  VkSemaphore semaphore = nullptr;
  uint64_t submitted = 0;
  std::vector<VkCommandBufferSubmitInfo>
      buffers;  // of the submission being made; kept, so as not to allocate

  explicit State(DeviceState& owner) : device(&owner) {
    const VkSemaphoreTypeCreateInfo type{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
                                         .pNext = nullptr,
                                         .semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE,
                                         .initialValue = 0};
    const VkSemaphoreCreateInfo info{
        .sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, .pNext = &type, .flags = 0};
    check(vkCreateSemaphore(owner.device, &info, nullptr, &semaphore), "create the timeline");
    buffers.reserve(256);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    // After a loss the value never comes, but then the wait returns at once with that result.
    static_cast<void>(wait(submitted, std::numeric_limits<uint64_t>::max()));
    vkDestroySemaphore(device->device, semaphore, nullptr);
  }

  [[nodiscard]] VkResult wait(uint64_t value, uint64_t timeout_ns) const {
    const VkSemaphoreWaitInfo info{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
                                   .pNext = nullptr,
                                   .flags = 0,
                                   .semaphoreCount = 1,
                                   .pSemaphores = &semaphore,
                                   .pValues = &value};
    return vkWaitSemaphores(device->device, &info, timeout_ns);
  }

  [[nodiscard]] VkResult submit(std::span<const CommandBuffer* const> commands) {
    const uint64_t limit = device->options.lose_device_at;
    if (limit != 0 && device->submissions >= limit) return VK_ERROR_DEVICE_LOST;
    buffers.clear();
    for (const CommandBuffer* command : commands) {
      buffers.push_back({.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO,
                         .pNext = nullptr,
                         .commandBuffer = command->handle(),
                         .deviceMask = 0});
    }
    const VkSemaphoreSubmitInfo signal{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
                                       .pNext = nullptr,
                                       .semaphore = semaphore,
                                       .value = submitted + 1,
                                       .stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
                                       .deviceIndex = 0};
    const VkSubmitInfo2 info{.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2,
                             .pNext = nullptr,
                             .flags = 0,
                             .waitSemaphoreInfoCount = 0,
                             .pWaitSemaphoreInfos = nullptr,
                             .commandBufferInfoCount = static_cast<uint32_t>(buffers.size()),
                             .pCommandBufferInfos = buffers.data(),
                             .signalSemaphoreInfoCount = 1,
                             .pSignalSemaphoreInfos = &signal};
    return vkQueueSubmit2(device->queue, 1, &info, nullptr);
  }
};

Timeline::Timeline(Device& device) : state_(std::make_unique<State>(device.state())) {}
Timeline::Timeline(Timeline&&) noexcept = default;
Timeline& Timeline::operator=(Timeline&&) noexcept = default;
Timeline::~Timeline() = default;

uint64_t Timeline::submit(std::span<const CommandBuffer* const> commands) {
  ++state_->device->submissions;
  check(state_->submit(commands), "submit work to the device");
  return ++state_->submitted;
}

uint64_t Timeline::submit(const CommandBuffer& commands) {
  const CommandBuffer* one[] = {&commands};
  return submit(one);
}

bool Timeline::wait(uint64_t value, std::chrono::nanoseconds timeout) {
  LAPILLI_ASSERT(value <= state_->submitted);
  const VkResult result = state_->wait(value, static_cast<uint64_t>(timeout.count()));
  check(result, "wait for the device");
  return result == VK_SUCCESS;
}

void Timeline::wait(uint64_t value) {
  LAPILLI_ASSERT(value <= state_->submitted);
  check(state_->wait(value, std::numeric_limits<uint64_t>::max()), "wait for the device");
}

uint64_t Timeline::completed() const {
  uint64_t value = 0;
  check(vkGetSemaphoreCounterValue(state_->device->device, state_->semaphore, &value),
        "ask the device for its progress");
  return value;
}

uint64_t Timeline::submitted() const {
  return state_->submitted;
}

}  // namespace lapilli::gpu
