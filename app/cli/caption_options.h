// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"

#include <CLI/CLI.hpp>

namespace lapilli::cli {

/// The options of `lapilli caption`. `flags` outlives the parsing.
void add_caption_options(CLI::App& command, CaptionFlags& flags);

/// The settings that a preset and options describe, checked; the preset's file is read here. Fails with
/// kInvalidArgument, naming the option or field.
[[nodiscard]] Result<captions::Settings> caption_settings(const CaptionFlags& flags);

}  // namespace lapilli::cli
