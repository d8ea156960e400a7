// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace lapilli::cli {

/// Moves what a run left in `output` (checkpoints, curves) and its log, which may be absent, to a new folder
/// OUTPUT/earlier-N, so that another run may start there. Returns that folder; empty where there was no run.
/// Throws kIo.
[[nodiscard]] std::filesystem::path set_earlier_run_aside(const std::filesystem::path& output,
                                                          const std::filesystem::path& log);

}  // namespace lapilli::cli
