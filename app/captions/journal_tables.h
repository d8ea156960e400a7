// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/database.h"

namespace lapilli::captions {

/// Makes the tables of a new journal, and those of an earlier version into this one's. `path`: of the file,
/// for what is said. Throws kUnsupported for a file of a newer program.
void prepare_journal(Database& database, const std::filesystem::path& path);

}  // namespace lapilli::captions
