// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lapilli::gui {

struct SalvageReport {
  int chats = 0;
  int messages = 0;
};

/// What is appended to a database's name while its sound rows are gathered.
inline constexpr const char* kSavedSuffix = ".saved";

/// Copies what can be read of a damaged database into a new one at `into` (a file that is there goes first).
/// A message whose parent is lost follows the one before it; one whose chat is lost comes into a chat of its
/// own. Nothing is written to `damaged`. What is no database at all gives an empty report. Throws kIo where
/// `into` can't be written.
[[nodiscard]] SalvageReport salvageChats(const QString& damaged, const QString& into);

/// Puts a gathered database, where there is one, into the place of one that was moved away: the last step of
/// a rescue, and what a start does that follows one which was cut off. Throws kIo.
void finishSalvage(const QString& path);

}  // namespace lapilli::gui
