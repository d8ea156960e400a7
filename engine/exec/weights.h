// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/exec/bindings.h"
#include "engine/gpu/device.h"
#include "engine/graph/types.h"

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace lapilli {

/// One weight to bring onto the device.
struct WeightSource {
  std::string name;
  TensorType type;
  /// Weights with the same group ("layer 3") are placed together.
  std::string group = {};
  /// Name of the stack that it and its neighbours form, see weight_stacks(); empty: none.
  std::string stack = {};
  /// Writes rows [first_row, first_row + to.size() / row bytes) in the type's storage form. Called in
  /// ascending order.
  std::function<Result<void>(uint64_t first_row, std::span<std::byte> to)> read;
};

/// Neighbouring weights of one stored type that lie in memory without a gap, so that they can also be used as
/// one weight with all of their rows.
struct WeightStack {
  std::string name;
  TensorType type;
  size_t first = 0;  ///< index of the first source
  size_t count = 0;
};

/// The stacks among sources: runs of at least two with the same `stack` and group, whose types agree and
/// which all end where another binding may begin.
std::vector<WeightStack> weight_stacks(std::span<const WeightSource> sources);

/// What a weight takes in a buffer with others.
[[nodiscard]] uint64_t placed_bytes(const TensorType& type);

struct WeightOptions {
  /// Device memory to leave for intermediate values, the cache and other programs.
  uint64_t reserve_bytes = 0;
  /// For tests and for `--device-memory`: pretend the device has this much for weights; 0: ask it.
  uint64_t device_budget_bytes = 0;
};

/// Called as bytes arrive on the device.
using LoadProgress = std::function<void(uint64_t done_bytes, uint64_t total_bytes)>;

/// The weights of a model on a device. Move-only; outlives the programs that use them.
class Weights {
 public:
  /// Streams every source to the device; host memory holds a few MiB of it at a time. Groups that do not fit
  /// device memory, the last ones first, stay whole in host-visible memory. Throws what sources and devices
  /// throw, kStopped.
  Weights(gpu::Device& device, std::span<const WeightSource> sources, const WeightOptions& options = {},
          const LoadProgress& progress = {}, std::stop_token stop = {});

  /// Every source and every stack by name.
  [[nodiscard]] const Bindings& bindings() const { return bindings_; }
  [[nodiscard]] uint64_t device_bytes() const { return device_bytes_; }
  [[nodiscard]] uint64_t host_bytes() const { return host_bytes_; }
  /// Groups that stayed in host memory, in model order.
  [[nodiscard]] const std::vector<std::string>& host_groups() const { return host_groups_; }

 private:
  std::vector<gpu::Buffer> chunks_;
  Bindings bindings_;
  uint64_t device_bytes_ = 0;
  uint64_t host_bytes_ = 0;
  std::vector<std::string> host_groups_;
};

/// The groups, in the order of first appearance, that must stay in host memory so that the others fit
/// `budget_bytes`.
std::vector<std::string> groups_beyond(std::span<const WeightSource> sources, uint64_t budget_bytes);

}  // namespace lapilli
