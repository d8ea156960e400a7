// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"
#include "training/recipe.h"

namespace lapilli::cli {

/// The recipe of a command line: preset, changed by the recipe file, changed by flags.
///
/// Fails with one list of all that is wrong with recipe and flags, paths that lead nowhere included; the
/// code is kInvalidArgument, or that of the problems where all have the same.
[[nodiscard]] Result<training::Recipe> recipe_of(const TrainFlags& flags);

}  // namespace lapilli::cli
