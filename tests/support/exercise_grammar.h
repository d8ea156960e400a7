// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/grammar/positions.h"

namespace lapilli::test {

/// Follows the first of the shortest texts for some bytes: each brings the end one byte nearer. Throws what
/// Positions throws.
inline void exercise_grammar(const Grammar& grammar) {
  constexpr int kMostSteps = 48;
  constexpr uint32_t kCounted = 1u << 30;  // longer texts' lengths may be lower bounds
  Positions positions(grammar);
  Positions::Id at = positions.start();
  for (int step = 0; step < kMostSteps && positions.least_bytes(at) > 0; ++step) {
    const uint32_t missing = positions.least_bytes(at);
    Positions::Id nearest = Positions::kNone;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const Positions::Id next = positions.next(at, static_cast<uint8_t>(byte));
      if (next == Positions::kNone) continue;
      if (nearest == Positions::kNone || positions.least_bytes(next) < positions.least_bytes(nearest))
        nearest = next;
    }
    LAPILLI_ASSERT(nearest != Positions::kNone);
    LAPILLI_ASSERT(missing > kCounted || positions.least_bytes(nearest) + 1 == missing);
    at = nearest;
  }
  LAPILLI_ASSERT(positions.may_end(at) == (positions.least_bytes(at) == 0));
}

}  // namespace lapilli::test
