// SPDX-License-Identifier: Apache-2.0
#include "training/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lapilli::training {

uint64_t total_updates(const Recipe& recipe, uint64_t updates_per_epoch) {
  if (recipe.steps != 0) return recipe.steps;
  const double updates = std::ceil(recipe.epochs * static_cast<double>(updates_per_epoch));
  return std::max<uint64_t>(1, static_cast<uint64_t>(updates));
}

double rate_factor(const Recipe& recipe, uint64_t update, uint64_t total) {
  const double by_ratio = std::ceil(static_cast<double>(total) * recipe.warmup_ratio);
  const double warmup = recipe.warmup_steps ? static_cast<double>(*recipe.warmup_steps) : by_ratio;
  const auto at = static_cast<double>(update);
  if (at < warmup) return at / std::max(1.0, warmup);
  const double progress = std::min(1.0, (at - warmup) / std::max(1.0, static_cast<double>(total) - warmup));
  switch (recipe.schedule) {
    case Schedule::kCosine:
      return 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
    case Schedule::kLinear:
      return 1.0 - progress;
    case Schedule::kConstant:
      return 1.0;
  }
  return 1.0;
}

}  // namespace lapilli::training
