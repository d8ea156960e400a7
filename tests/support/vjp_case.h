// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/ops/autodiff.h"
#include "tests/reference/dual.h"
#include "tests/support/op_runner.h"

#include <functional>
#include <string>
#include <vector>

namespace lapilli::test {

/// An operator whose gradients are checked.
struct VjpCase {
  std::vector<HostTensor> inputs;
  /// Which inputs to differentiate by; one an input, weights and activations alike.
  std::vector<bool> wanted;
  std::function<void(DeviceCaps&)> adjust_caps = {};
  std::string what;  ///< operator, variant, shapes, for the message
  /// Gradients of f32 operands; those of others have the tolerance of their type.
  Tolerance f32_tolerance = {1e-10, 1e-3};
};

using Duals = std::vector<reference::Dual>;
/// The operator's reference on the values of the inputs, flat in storage order.
using DualReference = std::function<Duals(const std::vector<Duals>& in)>;

/// Runs gradients() of one operator from a random upstream gradient and compares each wanted input's gradient
/// with the one that dual numbers give in double. For every element of every wanted input the reference is
/// evaluated once, so shapes must be small.
void check_vjp(const VjpCase& c, const std::function<Tensor(const std::vector<Tensor>& in)>& build,
               const DualReference& reference);

}  // namespace lapilli::test
