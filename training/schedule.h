// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/recipe.h"

namespace lapilli::training {

/// Updates of a run: the recipe's steps, or its epochs' worth of `updates_per_epoch`, rounded up.
[[nodiscard]] uint64_t total_updates(const Recipe& recipe, uint64_t updates_per_epoch);

/// The factor of the learning rates at an update counted from 0, of `total`: rises over the warm-up from 0,
/// then falls as the schedule says. Source: transformers' get_cosine_schedule_with_warmup and its siblings;
/// warm-up ⌈total · ratio⌉ updates.
[[nodiscard]] double rate_factor(const Recipe& recipe, uint64_t update, uint64_t total);

}  // namespace lapilli::training
