// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lapilli::reference {

struct Heads {
  size_t heads;
  size_t kv_heads;
  size_t head_dim;
};

/// The keys a row sees: `count` rows of k and v from `first` on.
struct KeyRange {
  size_t first;
  size_t count;
};

/// softmax(q · kᵀ · scale) · v for every row and head, as the formula says; rows = ranges.size().
template <class T>
std::vector<T> attention(const std::vector<T>& q, const std::vector<T>& k, const std::vector<T>& v,
                         const Heads& shape, double scale, const std::vector<KeyRange>& ranges) {
  using std::exp;
  using std::max;
  std::vector<T> result(q.size(), T(0));
  for (size_t row = 0; row < ranges.size(); ++row) {
    for (size_t head = 0; head < shape.heads; ++head) {
      const size_t kv_head = head / (shape.heads / shape.kv_heads);
      const size_t at = (row * shape.heads + head) * shape.head_dim;
      const auto key = [&](size_t j) {
        return ((ranges[row].first + j) * shape.kv_heads + kv_head) * shape.head_dim;
      };
      std::vector<T> weights;
      T total = T(0);
      T largest = T(-INFINITY);
      for (size_t j = 0; j < ranges[row].count; ++j) {
        T score = T(0);
        for (size_t d = 0; d < shape.head_dim; ++d) score += q[at + d] * k[key(j) + d];
        weights.push_back(score * T(scale));
        largest = max(largest, weights.back());
      }
      for (T& weight : weights) total += weight = exp(weight - largest);
      for (size_t j = 0; j < ranges[row].count; ++j) {
        for (size_t d = 0; d < shape.head_dim; ++d) result[at + d] += weights[j] / total * v[key(j) + d];
      }
    }
  }
  return result;
}

/// Gradients of attention's q, k and v for `upstream`, the gradient of its result.
inline std::vector<std::vector<double>> attention_gradients(const std::vector<double>& q,
                                                            const std::vector<double>& k,
                                                            const std::vector<double>& v,
                                                            const std::vector<double>& upstream,
                                                            const Heads& shape, double scale,
                                                            const std::vector<KeyRange>& ranges) {
  std::vector<double> dq(q.size()), dk(k.size()), dv(v.size());
  for (size_t row = 0; row < ranges.size(); ++row) {
    for (size_t head = 0; head < shape.heads; ++head) {
      const size_t kv_head = head / (shape.heads / shape.kv_heads);
      const size_t at = (row * shape.heads + head) * shape.head_dim;
      const auto key = [&](size_t j) {
        return ((ranges[row].first + j) * shape.kv_heads + kv_head) * shape.head_dim;
      };
      std::vector<double> weights, slopes;
      double total = 0, mean_slope = 0;
      for (size_t j = 0; j < ranges[row].count; ++j) {
        double score = 0, slope = 0;
        for (size_t d = 0; d < shape.head_dim; ++d) {
          score += q[at + d] * k[key(j) + d];
          slope += upstream[at + d] * v[key(j) + d];
        }
        weights.push_back(std::exp(score * scale));
        slopes.push_back(slope);
        total += weights.back();
      }
      for (size_t j = 0; j < weights.size(); ++j) mean_slope += (weights[j] /= total) * slopes[j];
      for (size_t j = 0; j < weights.size(); ++j) {
        const double of_score = scale * weights[j] * (slopes[j] - mean_slope);
        for (size_t d = 0; d < shape.head_dim; ++d) {
          dq[at + d] += of_score * k[key(j) + d];
          dk[key(j) + d] += of_score * q[at + d];
          dv[key(j) + d] += weights[j] * upstream[at + d];
        }
      }
    }
  }
  return {dq, dk, dv};
}

/// Rotates the pairs of every head of row r by position[r] · base^(−2i/head_dim): columns (i, i +
/// head_dim/2), or (2i, 2i + 1) when interleaved.
template <class T>
std::vector<T> rope(const std::vector<T>& x, const std::vector<int32_t>& positions, size_t head_dim,
                    double base, bool interleaved) {
  std::vector<T> result(x.size());
  const size_t cols = x.size() / positions.size();
  for (size_t row = 0; row < positions.size(); ++row) {
    for (size_t head = 0; head < cols; head += head_dim) {
      for (size_t i = 0; i < head_dim / 2; ++i) {
        const double angle =
            positions[row] * std::pow(base, -2.0 * static_cast<double>(i) / static_cast<double>(head_dim));
        const size_t a = row * cols + head + (interleaved ? 2 * i : i);
        const size_t b = interleaved ? a + 1 : a + head_dim / 2;
        result[a] = x[a] * T(std::cos(angle)) - x[b] * T(std::sin(angle));
        result[b] = x[b] * T(std::cos(angle)) + x[a] * T(std::sin(angle));
      }
    }
  }
  return result;
}

}  // namespace lapilli::reference
