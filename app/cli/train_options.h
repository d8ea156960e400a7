// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"

#include <CLI/CLI.hpp>

namespace lapilli::cli {

/// The options of `lapilli train`. None is required and no value is looked at here, so that everything that
/// is wrong with them can be told at once.
void add_train_options(CLI::App& command, TrainFlags& flags);

}  // namespace lapilli::cli
