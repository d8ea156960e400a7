// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

/// The row-wise operators as their formulas stand, on row-major values; T is double, or a dual number where
/// derivatives are wanted.
namespace lapilli::reference {

template <class T>
struct Matrix {
  size_t rows;
  size_t cols;
  std::vector<T> values;

  [[nodiscard]] const T& at(size_t row, size_t col) const { return values[row * cols + col]; }
  [[nodiscard]] T& at(size_t row, size_t col) { return values[row * cols + col]; }
};

template <class T>
Matrix<T> rms_norm(const Matrix<T>& x, const std::vector<T>& weight, double eps) {
  Matrix<T> y = x;
  for (size_t r = 0; r < x.rows; ++r) {
    T squares(0);
    for (size_t c = 0; c < x.cols; ++c) squares += x.at(r, c) * x.at(r, c);
    const T scale = T(1) / sqrt(squares / T(x.cols) + T(eps));
    for (size_t c = 0; c < x.cols; ++c) y.at(r, c) = x.at(r, c) * scale * weight[c];
  }
  return y;
}

template <class T>
Matrix<T> layer_norm(const Matrix<T>& x, const std::vector<T>& weight, const std::vector<T>& bias,
                     double eps) {
  Matrix<T> y = x;
  for (size_t r = 0; r < x.rows; ++r) {
    T sum(0), squares(0);
    for (size_t c = 0; c < x.cols; ++c) sum += x.at(r, c);
    const T mean = sum / T(x.cols);
    for (size_t c = 0; c < x.cols; ++c) squares += (x.at(r, c) - mean) * (x.at(r, c) - mean);
    const T scale = T(1) / sqrt(squares / T(x.cols) + T(eps));
    for (size_t c = 0; c < x.cols; ++c) y.at(r, c) = (x.at(r, c) - mean) * scale * weight[c] + bias[c];
  }
  return y;
}

template <class T>
T silu(T x) {
  return x / (T(1) + exp(-x));
}

template <class T>
T quick_gelu(T x) {
  return x / (T(1) + exp(T(-1.702) * x));
}

/// erfc instead of 1 + erf: no cancellation for negative x.
template <class T>
T gelu_erf(T x) {
  return T(0.5) * x * erfc(-x / sqrt(T(2)));
}

/// Element i of b, repeated.
template <class T>
std::vector<T> add(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> y = a;
  for (size_t i = 0; i < a.size(); ++i) y[i] += b[i % b.size()];
  return y;
}

/// Rows of the table, zeros for an index outside of it.
template <class T>
Matrix<T> gather_rows(const Matrix<T>& table, const std::vector<int32_t>& index) {
  Matrix<T> y{index.size(), table.cols, std::vector<T>(index.size() * table.cols, T(0))};
  for (size_t r = 0; r < y.rows; ++r) {
    if (index[r] < 0 || static_cast<size_t>(index[r]) >= table.rows) continue;
    for (size_t c = 0; c < y.cols; ++c) y.at(r, c) = table.at(static_cast<size_t>(index[r]), c);
  }
  return y;
}

/// x with one row stands for all.
template <class T>
Matrix<T> splice(const Matrix<T>& x, const Matrix<T>& replacement, const std::vector<int32_t>& index) {
  Matrix<T> y{index.size(), x.cols, std::vector<T>(index.size() * x.cols)};
  for (size_t r = 0; r < y.rows; ++r) {
    for (size_t c = 0; c < y.cols; ++c) {
      y.at(r, c) =
          index[r] < 0 ? x.at(x.rows == 1 ? 0 : r, c) : replacement.at(static_cast<size_t>(index[r]), c);
    }
  }
  return y;
}

struct ImageSize {
  size_t images, channels, height, width;
};

/// Rows as torch.nn.Conv2d with stride = kernel size sees them.
template <class T>
Matrix<T> patchify(const std::vector<T>& image, const ImageSize& size, size_t patch) {
  const size_t down = size.height / patch, across = size.width / patch;
  Matrix<T> y{size.images * down * across, size.channels * patch * patch, {}};
  for (size_t n = 0; n < size.images; ++n)
    for (size_t py = 0; py < down; ++py)
      for (size_t px = 0; px < across; ++px)
        for (size_t c = 0; c < size.channels; ++c)
          for (size_t ky = 0; ky < patch; ++ky)
            for (size_t kx = 0; kx < patch; ++kx) {
              const size_t line = (n * size.channels + c) * size.height + py * patch + ky;
              y.values.push_back(image[line * size.width + px * patch + kx]);
            }
  return y;
}

/// The first `limit` columns of a row, largest value first, lowest column on ties, NaN last of all.
template <class T>
std::vector<size_t> columns_in_order(const Matrix<T>& x, size_t row, size_t limit) {
  std::vector<size_t> columns(limit);
  std::iota(columns.begin(), columns.end(), size_t{0});
  const auto value = [&](size_t column) {
    return std::isnan(x.at(row, column)) ? T(-INFINITY) : x.at(row, column);
  };
  std::stable_sort(columns.begin(), columns.end(), [&](size_t a, size_t b) { return value(a) > value(b); });
  return columns;
}

}  // namespace lapilli::reference
