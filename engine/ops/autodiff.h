// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

#include <span>
#include <vector>

namespace lapilli::ops {

/// Where a derivative starts: ∂loss/∂tensor, of the tensor's shape and type.
struct Seed {
  Tensor tensor;
  Tensor gradient;
};

/// Adds the nodes of reverse-mode differentiation to the graph of the operands: from the seeds back to each
/// wanted tensor. Returns a gradient for each wanted tensor in the same order, absent where no seed depends
/// on it. Nothing is added for what no wanted tensor needs (frozen parts). Tensors used several times get the
/// sum, in a fixed order. Throws kUnsupported, with the scope, where an operator on the way has no gradient.
std::vector<Tensor> gradients(Graph& graph, std::span<const Seed> seeds, std::span<const Tensor> wanted);

/// Where a gradient is added up.
struct GradientSum {
  Tensor tensor;  ///< made by no operator
  Tensor sum;     ///< f32 state of its shape
};

/// As gradients, but adds each part of a gradient to its sum as soon as it is known, so that none takes
/// storage longer than until then.
void accumulate_gradients(Graph& graph, std::span<const Seed> seeds, std::span<const GradientSum> sums);

}  // namespace lapilli::ops
