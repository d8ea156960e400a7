// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/run.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"

#include <filesystem>

namespace lapilli::cli {

/// Throws kInvalidArgument where there is nobody to ask: the input or the screen is no terminal, or --json.
void require_terminal(const Output& output);

/// Asks of each picture of the plan that has a text (Decision::kAsk) whether the new one takes its place,
/// with what is there and what would be asked of the model; "all" and "none" answer for those that follow.
/// False where there is no answer: the end of the input, or Ctrl+C.
[[nodiscard]] bool ask_about_texts(const std::filesystem::path& folder, const captions::Settings& settings,
                                   captions::RunPlan& plan, Output& output, const Interrupt& interrupt);

}  // namespace lapilli::cli
