// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/ops/ops.h"
#include "tests/reference/rows.h"
#include "tests/support/device_fixture.h"
#include "tests/support/op_runner.h"

#include <array>

namespace lapilli::test {

/// Storage of activations.
inline constexpr std::array kFloatStorage = {DType::f32, DType::f16, DType::bf16};

struct RowsCols {
  uint64_t rows;
  uint64_t cols;
};

/// Primes and edges around subgroups and the four elements of an invocation, and more than 65 535 rows.
inline constexpr std::array kRowShapes = {RowsCols{1, 1},    RowsCols{1, 768},  RowsCols{3, 5},
                                          RowsCols{5, 1031}, RowsCols{7, 113},  RowsCols{29, 64},
                                          RowsCols{2, 4099}, RowsCols{65539, 3}};

inline TensorType type_of(DType dtype, const RowsCols& shape) {
  return {dtype, {shape.rows, shape.cols}};
}

inline reference::Matrix<double> matrix_of(const HostTensor& tensor) {
  return {tensor.type.rows(), tensor.type.cols(), tensor.values()};
}

/// Fails with the first element that differs; NaN equals NaN. `expected` is rounded to the type first.
inline void expect_equal(const HostTensor& actual, const std::vector<double>& expected,
                         const std::string& what) {
  const std::vector<double> rounded = HostTensor::of(actual.type, expected).values();
  const std::vector<double> values = actual.values();
  for (size_t index = 0; index < values.size(); ++index) {
    if (values[index] == rounded[index] || (std::isnan(values[index]) && std::isnan(rounded[index])))
      continue;
    ADD_FAILURE() << what << ": element " << index << " is " << values[index] << " instead of "
                  << rounded[index];
    return;
  }
}

}  // namespace lapilli::test
