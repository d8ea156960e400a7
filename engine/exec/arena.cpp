// SPDX-License-Identifier: Apache-2.0
#include "engine/exec/arena.h"

#include "engine/base/error.h"
#include "engine/gpu/commands.h"
#include "engine/gpu/timeline.h"

#include <algorithm>
#include <cstring>

namespace lapilli {
namespace {

gpu::Buffer word_buffer(gpu::Device& device, uint32_t value) {
  gpu::Buffer buffer = device.buffer(
      {.size_bytes = sizeof(value), .use = gpu::BufferUse::kHostVisibleDevice, .name = "all rows"});
  std::memcpy(buffer.mapped().data(), &value, sizeof(value));
  return buffer;
}

#ifdef LAPILLI_CHECKED
void fill_with_nan(gpu::Device& device, const std::vector<gpu::Buffer>& chunks) {
  constexpr uint32_t kQuietNan = 0x7fff7fffu;  // NaN as f32, and as two f16 or bf16
  if (chunks.empty()) return;
  gpu::CommandRecorder recorder(device, "fill arena");
  for (const gpu::Buffer& chunk : chunks) recorder.fill({&chunk, 0, chunk.size_bytes()}, kQuietNan);
  const gpu::CommandBuffer commands = recorder.finish();
  gpu::Timeline timeline(device);
  timeline.wait(timeline.submit(commands));
}
#endif

}  // namespace

Arena::Arena(gpu::Device& device, std::span<const uint64_t> chunk_bytes)
    : all_rows_(word_buffer(device, 0xffffffffu)) {
  for (const uint64_t bytes : chunk_bytes) {
    chunks_.push_back(device.buffer({.size_bytes = std::max<uint64_t>(bytes, 256),
                                     .use = gpu::BufferUse::kDevice,
                                     .name = text("intermediate values ", chunks_.size())}));
  }
#ifdef LAPILLI_CHECKED
  fill_with_nan(device, chunks_);
#endif
}

uint64_t Arena::size_bytes() const {
  uint64_t total = 0;
  for (const gpu::Buffer& chunk : chunks_) total += chunk.size_bytes();
  return total;
}

std::vector<uint64_t> common_chunks(std::span<const std::vector<uint64_t>> plans) {
  std::vector<uint64_t> result;
  for (const auto& plan : plans) {
    result.resize(std::max(result.size(), plan.size()), 0);
    for (size_t index = 0; index < plan.size(); ++index) result[index] = std::max(result[index], plan[index]);
  }
  return result;
}

}  // namespace lapilli
