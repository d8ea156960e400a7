// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lapilli::training {

/// Cuts records into micro-steps of at most `most`, each padded to its longest: how many records each has.
/// What counts are the rows of the language model, padding among them, and what a step costs besides.
/// Preconditions: `lengths`, of the records in positions, have the longest first; `most` is not 0.
[[nodiscard]] std::vector<size_t> micro_step_sizes(std::span<const uint32_t> lengths, size_t most);

}  // namespace lapilli::training
