// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/device.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lapilli {

/// Memory for intermediate values, shared by programs that never run at the same time. Move-only; outlives
/// its programs.
class Arena {
 public:
  /// Allocates one buffer a chunk. Throws kOutOfMemory. In the `checked` build the memory starts as NaN.
  Arena(gpu::Device& device, std::span<const uint64_t> chunk_bytes);

  [[nodiscard]] const gpu::Buffer& chunk(uint32_t index) const { return chunks_[index]; }
  [[nodiscard]] size_t num_chunks() const { return chunks_.size(); }
  [[nodiscard]] uint64_t size_bytes() const;

  /// One word 0xffffffff: the live-row count of dispatches whose rows are all live.
  [[nodiscard]] const gpu::Buffer& all_rows() const { return all_rows_; }

 private:
  std::vector<gpu::Buffer> chunks_;
  gpu::Buffer all_rows_;
};

/// Chunk sizes that serve every one of the given plans: the largest at each index.
std::vector<uint64_t> common_chunks(std::span<const std::vector<uint64_t>> plans);

}  // namespace lapilli
