// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/reference/rows.h"

/// linear as its formula stands; T as in rows.h.
namespace lapilli::reference {

/// x · weightᵀ; x [tokens, in], weight [out, in].
template <class T>
Matrix<T> product(const Matrix<T>& x, const Matrix<T>& weight) {
  Matrix<T> y{x.rows, weight.rows, std::vector<T>(x.rows * weight.rows, T(0))};
  for (size_t r = 0; r < x.rows; ++r) {
    for (size_t c = 0; c < weight.rows; ++c) {
      for (size_t k = 0; k < x.cols; ++k) y.at(r, c) += x.at(r, k) * weight.at(c, k);
    }
  }
  return y;
}

template <class T>
Matrix<T> transposed(const Matrix<T>& x) {
  Matrix<T> y{x.cols, x.rows, std::vector<T>(x.values.size())};
  for (size_t r = 0; r < x.rows; ++r) {
    for (size_t c = 0; c < x.cols; ++c) y.at(c, r) = x.at(r, c);
  }
  return y;
}

}  // namespace lapilli::reference
