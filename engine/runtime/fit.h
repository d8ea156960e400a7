// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/device_caps.h"
#include "engine/exec/weights.h"
#include "engine/runtime/evaluator.h"

#include <cstdint>
#include <string_view>

namespace lapilli {

/// What a model takes on a device, found from its plans; no device and no weight is touched.
struct MemoryNeed {
  uint64_t weight_bytes = 0;
  uint64_t alignment_bytes = 0;  ///< between weights
  uint64_t cache_bytes = 0;
  uint64_t intermediate_bytes = 0;   ///< values within one run
  uint64_t step_bytes = 0;           ///< logits, tables, the picture memory
  uint64_t largest_group_bytes = 0;  ///< of the weights that are placed together
  uint64_t largest_piece_bytes = 0;  ///< that must be allocated at once

  [[nodiscard]] uint64_t total_bytes() const {
    return weight_bytes + alignment_bytes + cache_bytes + intermediate_bytes + step_bytes;
  }
};

/// Keys and values of a whole context, of all layers and lanes.
[[nodiscard]] uint64_t cache_bytes(const LlamaConfig& language, const GraphOptions& graph);

/// Tokens of context: those asked for, or, asked for 0, the model's own, 4096 at most, halved until the cache
/// takes at most a third of the free memory or 1024 are left. Throws kInvalidArgument for more than the model
/// allows.
[[nodiscard]] uint32_t choose_context(uint32_t asked, const LlamaConfig& language, GraphOptions graph,
                                      uint64_t free_bytes);

/// Throws what graphs and plans throw.
[[nodiscard]] MemoryNeed memory_need(const ModelConfig& config, std::span<const WeightSource> weights,
                                     const EvaluatorOptions& options, const DeviceCaps& caps);

/// The graph options of `options` with as many lanes as fit, `most`, half of it, … or 1, a picture slot for
/// each and pictures encoded together.
[[nodiscard]] GraphOptions fit_lanes(const ModelConfig& config, std::span<const WeightSource> weights,
                                     EvaluatorOptions options, const DeviceCaps& caps, uint64_t free_bytes,
                                     uint32_t most);

enum class Fit {
  kFits,
  kTight,            ///< beside the driver's share less than a tenth of the memory stays free
  kNeedsHostMemory,  ///< some layers stay in host memory, which is slow
  kDoesNotFit,
};

/// "fits", "tight", "needs_host_memory", "does_not_fit".
std::string_view to_string(Fit fit);

/// Free memory a model may use.
struct FreeMemory {
  uint64_t device_bytes = 0;
  uint64_t host_bytes = 0;  ///< that the device reads over the bus; 0 where it is the same memory
  uint64_t largest_allocation_bytes = UINT64_MAX;  ///< that the device makes
};

/// Of so much free memory, what is left to the driver: pipelines, command buffers, other programs' swings.
[[nodiscard]] uint64_t driver_share_bytes(uint64_t free_bytes);

[[nodiscard]] Fit judge_fit(const MemoryNeed& need, const FreeMemory& free);

}  // namespace lapilli
