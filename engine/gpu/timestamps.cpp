// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/timestamps.h"

#include "engine/gpu/vulkan_state.h"

namespace lapilli::gpu {

struct Timestamps::State {
  DeviceState* device;
  uint32_t count;
  VkQueryPool pool = nullptr;

  State(DeviceState& owner, uint32_t points) : device(&owner), count(points) {
    const VkQueryPoolCreateInfo info{.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
                                     .pNext = nullptr,
                                     .flags = 0,
                                     .queryType = VK_QUERY_TYPE_TIMESTAMP,
                                     .queryCount = points,
                                     .pipelineStatistics = 0};
    check(vkCreateQueryPool(owner.device, &info, nullptr, &pool), "create timestamps");
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { vkDestroyQueryPool(device->device, pool, nullptr); }
};

Timestamps::Timestamps(Device& device, uint32_t count) {
  LAPILLI_ASSERT(count > 0);
  if (!supported(device))
    throw Error(ErrorCode::kUnsupported, text("device \"", device.caps().name, "\" has no timestamps"));
  state_ = std::make_unique<State>(device.state(), count);
}
Timestamps::Timestamps(Timestamps&&) noexcept = default;
Timestamps& Timestamps::operator=(Timestamps&&) noexcept = default;
Timestamps::~Timestamps() = default;

bool Timestamps::supported(const Device& device) {
  return device.state().timestamp_bits > 0;
}

uint32_t Timestamps::count() const {
  return state_->count;
}

std::vector<double> Timestamps::intervals_ns() const {
  const DeviceState& device = *state_->device;
  std::vector<uint64_t> ticks(state_->count);
  const VkResult result =
      vkGetQueryPoolResults(device.device, state_->pool, 0, state_->count, ticks.size() * sizeof(uint64_t),
                            ticks.data(), sizeof(uint64_t), VK_QUERY_RESULT_64_BIT);
  check(result, "read timestamps");
  if (result == VK_NOT_READY) throw Error(ErrorCode::kInternal, "a timestamp was read before it was written");

  const uint64_t mask =
      device.timestamp_bits >= 64 ? ~uint64_t{0} : (uint64_t{1} << device.timestamp_bits) - 1;
  std::vector<double> intervals;
  for (size_t i = 1; i < ticks.size(); ++i)
    intervals.push_back(static_cast<double>((ticks[i] - ticks[i - 1]) & mask) *
                        device.query.timestamp_period_ns);
  return intervals;
}

VkQueryPool_T* Timestamps::handle() const {
  return state_->pool;
}

}  // namespace lapilli::gpu
