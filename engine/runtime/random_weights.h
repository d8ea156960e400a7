// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/graph/types.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace lapilli {

/// Random rows of a weight of one type, with a spread of about 1/√cols: a function of seed and row alone.
class RandomRows {
 public:
  RandomRows(const TensorType& type, uint64_t seed);

  /// Rows first_row … as stored; `to` holds whole rows.
  void fill(uint64_t first_row, std::span<std::byte> to) const;

 private:
  void fill_row(uint64_t row, std::span<std::byte> to) const;

  TensorType type_;
  uint64_t seed_;
};

}  // namespace lapilli
