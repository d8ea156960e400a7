// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/host_tensor.h"

#include <cmath>

namespace lapilli::test {

inline constexpr double kBase = 10000.0;

/// f32 [context, head_dim] as ops::rope wants it: cosines, then sines of every position's angles.
inline HostTensor angle_table(uint64_t context, uint64_t head_dim) {
  std::vector<double> values(context * head_dim);
  for (uint64_t position = 0; position < context; ++position) {
    for (uint64_t i = 0; i < head_dim / 2; ++i) {
      const double angle = static_cast<double>(position) *
                           std::pow(kBase, -2.0 * static_cast<double>(i) / static_cast<double>(head_dim));
      values[position * head_dim + i] = std::cos(angle);
      values[position * head_dim + head_dim / 2 + i] = std::sin(angle);
    }
  }
  return HostTensor::of({DType::f32, {context, head_dim}}, values);
}

}  // namespace lapilli::test
