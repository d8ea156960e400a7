// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lapilli {

// Rows of a query's or key's weight stand in one of two orders within a head: as in checkpoints, where rows i
// and i + head/2 rotate together, or interleaved as in GGUF and Meta's files, where rows 2i and 2i + 1 do.

/// Where a checkpoint's row stands in the interleaved order, in heads of `head` rows.
constexpr uint64_t interleaved_row(uint64_t row, uint64_t head) {
  const uint64_t within = row % head;
  return row - within + within % (head / 2) * 2 + within / (head / 2);
}

/// Where an interleaved row stands in a checkpoint; the inverse.
constexpr uint64_t checkpoint_row(uint64_t row, uint64_t head) {
  const uint64_t within = row % head;
  return row - within + within % 2 * (head / 2) + within / 2;
}

/// How the rows of a stored tensor come into a weight's order.
struct RowOrder {
  enum class Wanted { kCheckpoint, kInterleaved };

  uint64_t head = 0;  ///< rows of one head, even; 0: the rows are in order as they are stored
  Wanted wanted = Wanted::kInterleaved;

  /// The stored row that becomes the weight's row `row`.
  [[nodiscard]] constexpr uint64_t stored_row(uint64_t row) const {
    if (head == 0) return row;
    return wanted == Wanted::kInterleaved ? checkpoint_row(row, head) : interleaved_row(row, head);
  }
};

}  // namespace lapilli
