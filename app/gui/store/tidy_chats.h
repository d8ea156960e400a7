// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lapilli::gui {

struct TidyReport {
  QString damage;           ///< what SQLite finds wrong in the database; empty: nothing
  int removedPictures = 0;  ///< that no message referred to for longer than kUndoSeconds
};

/// Writes the -wal back into the database file without stopping anybody. Waits for the disk. Throws Error.
void checkpointChats(const QString& storeFolder);

/// Checkpoint, then a look at every page of the database, then unused pictures are removed. Seconds for a
/// large store: for any thread but the GUI's. Throws Error.
[[nodiscard]] TidyReport tidyChats(const QString& storeFolder);

}  // namespace lapilli::gui
