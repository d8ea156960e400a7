// SPDX-License-Identifier: Apache-2.0
#include "training/micro_steps.h"

#include "engine/base/error.h"
#include "training/batch.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>

namespace lapilli::training {
namespace {

/// What a step costs beside its rows, in rows: its launches, and weights that are read for it anew.
constexpr uint64_t kRowsOfAStep = 256;

/// Powers of two, `most` and all that are left: programs are recorded for a number of records.
bool is_allowed(size_t size, size_t most, size_t left) {
  return std::has_single_bit(size) || size == most || size == left;
}

}  // namespace

std::vector<size_t> micro_step_sizes(std::span<const uint32_t> lengths, size_t most) {
  LAPILLI_ASSERT(most > 0 && std::ranges::is_sorted(lengths, std::greater{}));
  const size_t count = lengths.size();
  struct Cut {
    uint64_t cost = std::numeric_limits<uint64_t>::max();  ///< of this step and all behind it
    size_t size = 0;
  };
  std::vector<Cut> cuts(count + 1);
  cuts[count].cost = 0;
  for (size_t first = count; first-- > 0;) {
    const uint64_t rows = padded_extent(lengths[first]);
    const size_t left = count - first;
    for (size_t size = 1; size <= std::min(most, left); ++size) {
      if (!is_allowed(size, most, left)) continue;
      const uint64_t cost = rows * size + kRowsOfAStep + cuts[first + size].cost;
      if (cost < cuts[first].cost) cuts[first] = {cost, size};
    }
  }
  std::vector<size_t> sizes;
  for (size_t first = 0; first < count; first += cuts[first].size) sizes.push_back(cuts[first].size);
  return sizes;
}

}  // namespace lapilli::training
