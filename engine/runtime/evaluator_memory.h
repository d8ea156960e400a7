// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/exec/bindings.h"
#include "engine/gpu/commands.h"
#include "engine/gpu/timeline.h"

#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The storage an Evaluator binds to its programs beside the weights; both keep it for as long as they live.
namespace lapilli {

/// Host-written arrays that tell a step what to evaluate, and the small results it leaves.
class StepBuffers {
 public:
  StepBuffers(gpu::Device& device, uint32_t max_rows, uint32_t max_logit_rows, uint32_t vocab);

  [[nodiscard]] const Bindings& bindings() const { return bindings_; }
  /// The array of a name of external::, as the host sees it.
  [[nodiscard]] std::span<int32_t> ints(const char* name) const;

  /// Logits of the last step, f32 [max_logit_rows, vocab], after its program has run.
  [[nodiscard]] std::span<const float> fetch_logits(gpu::Timeline& timeline) const;

 private:
  void add(gpu::Device& device, const char* name, uint32_t count, gpu::BufferUse use);

  uint32_t max_logit_rows_;
  uint32_t vocab_;
  std::deque<gpu::Buffer> buffers_;  // addresses stay
  Bindings bindings_;
  const gpu::Buffer* logits_ = nullptr;
  const gpu::Buffer* readback_ = nullptr;
  std::optional<gpu::CommandBuffer> copy_;
};

/// Storage that is neither a weight nor step state: the cache, the picture memory, tables.
class EvaluatorMemory {
 public:
  explicit EvaluatorMemory(gpu::Device& device) : device_(device) {}

  const gpu::Buffer& add(const std::string& name, uint64_t size_bytes, gpu::BufferUse use);
  template <class Value>
  void add_table(const std::string& name, const std::vector<Value>& values) {
    const gpu::Buffer& buffer = add(name, values.size() * sizeof(Value), gpu::BufferUse::kHostVisibleDevice);
    std::memcpy(buffer.mapped().data(), values.data(), values.size() * sizeof(Value));
  }
  [[nodiscard]] const Bindings& bindings() const { return bindings_; }

 private:
  gpu::Device& device_;
  std::deque<gpu::Buffer> buffers_;
  Bindings bindings_;
};

}  // namespace lapilli
