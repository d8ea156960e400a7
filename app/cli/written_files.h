// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/output.h"
#include "engine/runtime/export_gguf.h"

#include <nlohmann/json_fwd.hpp>

namespace lapilli::cli {

/// Says what a command has written, with sizes, and the report's notes; with --json in one line of `files`,
/// `notes` and `more`.
void show_written(const ExportReport& report, nlohmann::json more, Output& output);

}  // namespace lapilli::cli
