// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/evaluator_memory.h"

#include "engine/runtime/model_graphs.h"

#include <algorithm>

namespace lapilli {

StepBuffers::StepBuffers(gpu::Device& device, uint32_t max_rows, uint32_t max_logit_rows, uint32_t vocab)
    : max_logit_rows_(max_logit_rows), vocab_(vocab) {
  for (const char* name : {external::kIds, external::kPositions, external::kLanes, external::kImageIndex}) {
    add(device, name, max_rows, gpu::BufferUse::kHostVisibleDevice);
  }
  add(device, external::kLiveRows, 1, gpu::BufferUse::kHostVisibleDevice);
  add(device, external::kLogitIndex, max_logit_rows, gpu::BufferUse::kHostVisibleDevice);
  add(device, external::kBestIds, max_logit_rows, gpu::BufferUse::kReadback);
  const uint64_t logit_bytes = uint64_t{4} * max_logit_rows * vocab;
  logits_ = &buffers_.emplace_back(
      device.buffer({.size_bytes = logit_bytes, .use = gpu::BufferUse::kDevice, .name = "logits"}));
  bindings_.set(external::kLogits, {logits_, 0, 0});
  if (!logits_->mapped().empty()) return;
  readback_ = &buffers_.emplace_back(device.buffer(
      {.size_bytes = logit_bytes, .use = gpu::BufferUse::kReadback, .name = "logits readback"}));
  gpu::CommandRecorder recorder(device, "read logits");
  recorder.copy({logits_, 0, logit_bytes}, {readback_, 0, logit_bytes});
  copy_.emplace(recorder.finish());
}

std::span<int32_t> StepBuffers::ints(const char* name) const {
  const auto bytes = bindings_.at(name).buffer->mapped();
  return {reinterpret_cast<int32_t*>(bytes.data()), bytes.size() / 4};
}

std::span<const float> StepBuffers::fetch_logits(gpu::Timeline& timeline) const {
  if (copy_) timeline.wait(timeline.submit(*copy_));
  const auto bytes = (readback_ ? readback_ : logits_)->mapped();
  return {reinterpret_cast<const float*>(bytes.data()), size_t{max_logit_rows_} * vocab_};
}

void StepBuffers::add(gpu::Device& device, const char* name, uint32_t count, gpu::BufferUse use) {
  const gpu::Buffer& buffer = buffers_.emplace_back(
      device.buffer({.size_bytes = std::max<uint64_t>(uint64_t{4} * count, 16), .use = use, .name = name}));
  bindings_.set(name, {&buffer, 0, 0});
}

const gpu::Buffer& EvaluatorMemory::add(const std::string& name, uint64_t size_bytes, gpu::BufferUse use) {
  const gpu::Buffer& buffer =
      buffers_.emplace_back(device_.buffer({.size_bytes = size_bytes, .use = use, .name = name}));
  bindings_.set(name, {&buffer, 0, 0});
  return buffer;
}

}  // namespace lapilli
