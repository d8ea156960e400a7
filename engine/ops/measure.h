// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/graph.h"

/// Operators that only measure a device.
namespace lapilli::ops {

/// y = x · 0.75 + 0.5, `rounds` times over; x f32 of a multiple of 16 elements, rounds one of the shader's
/// choices. It is bound by arithmetic: many independent sums in registers, two operations an element and
/// round. Throws kShape.
Tensor multiply_add(Tensor x, uint32_t rounds);

}  // namespace lapilli::ops
