// SPDX-License-Identifier: Apache-2.0
#include "training/rank_device.h"

#include <cstdlib>
#include <string>
#include <vector>

#include <sched.h>
#include <unistd.h>

namespace lapilli::training {

namespace {

/// What this process may use, and whether that is less than the machine has.
struct Cores {
  uint32_t count = 0;
  bool is_share = false;
};

Cores own_cores() {
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (online <= 0 || ::sched_getaffinity(0, sizeof(mask), &mask) != 0) return {};
  const int count = CPU_COUNT(&mask);
  return {static_cast<uint32_t>(count), count < online};
}

}  // namespace

void divide_cores(const Ranks& ranks) {
  const Cores own = own_cores();
  if (ranks.local_size() == 1 || own.count == 0) return;
  const uint32_t cores = own.is_share ? own.count : own.count / ranks.local_size();
  // With 0 it computes where it is called: one thread that hands its work to another takes a tenth longer.
  ::setenv("LP_NUM_THREADS", std::to_string(cores > 1 ? cores : 0).c_str(), 0);
}

RankDevice device_of(const gpu::Instance& instance, const std::string& selector, const Ranks& ranks) {
  gpu::DeviceInfo chosen = instance.find(selector).value();
  if (!selector.empty() || ranks.alone()) return {std::move(chosen), ranks.local_size()};
  std::vector<gpu::DeviceInfo> alike = instance.devices();
  std::erase_if(alike, [&](const gpu::DeviceInfo& info) {
    return !info.meets_floor() || info.caps.type != chosen.caps.type;
  });
  const auto devices = static_cast<uint32_t>(alike.size());
  const uint32_t index = ranks.local_rank() % devices;
  return {alike.at(index), (ranks.local_size() - index + devices - 1) / devices};
}

}  // namespace lapilli::training
