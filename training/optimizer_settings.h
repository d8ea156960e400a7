// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/ops/training.h"
#include "training/training_graphs.h"

#include <map>
#include <span>
#include <string>

namespace lapilli::training {

/// What AdamW is told for each group of parameters. `applied`: updates that changed the parameters so far;
/// ones that were left out do not count, as torch's GradScaler has it. `rate_factor`: the schedule's.
/// `gradient_factor`: what gradients are multiplied by.
[[nodiscard]] std::map<std::string, ops::AdamwSettings> optimizer_settings(
    const Recipe& recipe, std::span<const Parameter> parameters, uint64_t applied, double rate_factor,
    double gradient_factor);

}  // namespace lapilli::training
