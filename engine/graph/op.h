// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/device_caps.h"
#include "engine/graph/tensor.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace lapilli {

/// Collects what lower() emits: dispatches in order, and scratch storage that lives only within one operator.
class DispatchList {
 public:
  virtual ~DispatchList() = default;
  virtual void add(Dispatch dispatch) = 0;
  /// Storage for one operator's own intermediate values.
  virtual BufferRef scratch(uint64_t size_bytes) = 0;
};

/// What an operator sees when it chooses kernels.
struct LowerArgs {
  std::span<const TensorType> in;
  std::span<const TensorType> out;
  std::span<const TensorId> in_ids;
  std::span<const TensorId> out_ids;
  const DeviceCaps& caps;

  /// The whole storage of an input or output.
  [[nodiscard]] BufferRef input(size_t index) const { return {in_ids[index], 0, in[index].size_bytes()}; }
  [[nodiscard]] BufferRef output(size_t index) const { return {out_ids[index], 0, out[index].size_bytes()}; }
};

/// A run of whole rows of a matrix.
struct RowShard {
  uint64_t first_row;
  uint64_t rows;
  BufferRef buffer;  ///< begins at first_row, aligned for binding
};

/// Cuts a tensor into runs of rows of which each can be bound (caps.max_storage_range_bytes, offset
/// alignment) and has at most `max_rows` rows (0: no such limit). Throws kUnsupported when a single row
/// cannot be bound.
std::vector<RowShard> row_shards(const TensorType& type, TensorId id, const DeviceCaps& caps,
                                 uint64_t max_rows = 0);

/// What an operator sees when its gradients are asked for. Gradients of activations have the activation's
/// type; gradients of weights (whatever their storage) are f32 of the weight's shape. All rows are live.
struct VjpArgs {
  Graph& graph;
  std::span<const Tensor> in;
  std::span<const Tensor> out;
  std::span<const Tensor> gradients;  ///< of the outputs; absent where none flows into one
  const std::vector<bool>& wanted;    ///< the inputs whose gradients are asked for
};

/// An operator: its types, and the kernels that compute it. Immutable; owned by the graph's node.
class Op {
 public:
  virtual ~Op() = default;

  /// The operator's name as in ops.h, "rms_norm".
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Types of the outputs for these inputs. Throws kShape with both shapes when they do not fit together.
  [[nodiscard]] virtual std::vector<TensorType> infer(std::span<const TensorType> in) const = 0;

  /// The input whose storage output `index` shares: an in-place update of a state, or a view. The output is
  /// then a new version of that input; readers of the output come after the update.
  [[nodiscard]] virtual std::optional<size_t> alias(size_t /*output*/) const { return std::nullopt; }

  /// Adds nodes for the products of the outputs' gradients with the operator's Jacobian: one gradient for
  /// each input, absent where it is not wanted or zero everywhere. Throws kUnsupported where there is none,
  /// which is what an operator does that has no gradient of its own.
  [[nodiscard]] virtual std::vector<Tensor> vjp(const VjpArgs& args) const;

  /// Emits the dispatches that compute the outputs, for these types and this device.
  virtual void lower(const LowerArgs& args, DispatchList& out) const = 0;
};

}  // namespace lapilli
