// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/types.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace lapilli::test {

/// A tensor's bytes on the host, in its storage form.
struct HostTensor {
  TensorType type;
  std::vector<std::byte> bytes;

  /// Scalar types only: the values rounded to the storage type, so that reference and kernel read the same
  /// numbers.
  static HostTensor of(TensorType type, const std::vector<double>& values);
  static HostTensor of_ints(std::vector<int32_t> values);
  /// Normally distributed values rounded to the storage type.
  static HostTensor random(TensorType type, std::mt19937& generator, double scale = 1.0);
  static HostTensor zeros(TensorType type);

  /// The stored values; scalar float types and i32.
  [[nodiscard]] std::vector<double> values() const;
  [[nodiscard]] std::vector<int32_t> ints() const;
};

}  // namespace lapilli::test
