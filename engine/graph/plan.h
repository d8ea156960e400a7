// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/lower.h"
#include "engine/graph/memory_plan.h"

#include <string>
#include <vector>

namespace lapilli {

/// Where one binding of a planned step lies.
struct PlannedBuffer {
  bool external = false;
  uint32_t space = 0;  ///< external: the tensor id that names the storage; otherwise the arena chunk
  uint64_t offset_bytes = 0;
  uint64_t size_bytes = 0;
};

struct PlannedStep {
  Dispatch dispatch;
  std::vector<PlannedBuffer> buffers;
  std::string scope;
  bool barrier_before = false;
};

/// Storage the caller must supply: an input, weight, state or output.
struct ExternalTensor {
  TensorId id = 0;
  std::string name;
  uint64_t size_bytes = 0;
};

/// Everything that recording needs: launches, addresses within the arena, barriers.
struct Plan {
  std::vector<PlannedStep> steps;
  std::vector<uint64_t> arena_chunk_bytes;
  std::vector<ExternalTensor> externals;
  std::string live_rows;  ///< name of the external tensor with the live-row count; empty when there is none

  [[nodiscard]] uint64_t arena_bytes() const;
  /// One line a step, with addresses and barriers, and the totals.
  [[nodiscard]] std::string dump() const;
};

Plan make_plan(LoweredGraph lowered, const MemoryPlanOptions& options);

/// Graph → lower → plan for one device; guard zones in the `checked` build.
Plan make_plan(const Graph& graph, const DeviceCaps& caps);

}  // namespace lapilli
