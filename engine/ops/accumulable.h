// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/tensor.h"

#include <span>

namespace lapilli::ops {

/// What an operator is besides, whose kernels can add their result to what is there.
class Accumulable {
 public:
  virtual ~Accumulable() = default;
  /// Adds a node: sum + the operator's result for these inputs, in the storage of `sum`, an f32 state of the
  /// result's shape. Returns the sum after the update.
  [[nodiscard]] virtual Tensor accumulate(Tensor sum, std::span<const Tensor> in) const = 0;
};

}  // namespace lapilli::ops
