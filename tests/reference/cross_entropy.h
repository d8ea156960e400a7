// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lapilli::reference {

/// −log softmax(logits[row])[label] of each row, 0 where the label is negative.
template <class T>
std::vector<T> cross_entropy(const std::vector<T>& logits, const std::vector<int32_t>& labels) {
  using std::exp;
  using std::log;
  const size_t vocab = logits.size() / labels.size();
  std::vector<T> losses(labels.size(), T(0));
  for (size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < 0) continue;
    const T* values = &logits[row * vocab];
    const T own = values[static_cast<size_t>(labels[row])];
    T total = T(0);
    for (size_t col = 0; col < vocab; ++col) total += exp(values[col] - own);
    losses[row] = log(total);
  }
  return losses;
}

}  // namespace lapilli::reference
