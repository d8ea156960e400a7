// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/loaded_model.h"
#include "training/training_graphs.h"

#include <span>

namespace lapilli::training {

/// What a run learns from, hashed: a run that goes on with something else is not the one it was. 0: not
/// known.
struct RunOrigin {
  uint64_t frozen_weights = 0;
  uint64_t data = 0;
};

/// Of the weights that are no parameters: names, types and a row of each, since reading gigabytes takes
/// minutes and other weights differ everywhere. Throws what reading gives.
[[nodiscard]] uint64_t frozen_weights_hash(const LoadedModel& model, std::span<const Parameter> parameters);

/// Of the records' lengths as modality_lengths() has them, on which their order depends.
[[nodiscard]] uint64_t data_hash(std::span<const int32_t> lengths);

/// Whether what was known of `then` is the same `now`.
[[nodiscard]] inline bool is_same(uint64_t then, uint64_t now) {
  return then == 0 || then == now;
}

}  // namespace lapilli::training
