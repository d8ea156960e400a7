// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_database.h"

#include <QDateTime>
#include <QLockFile>

#include <memory>

namespace lapilli::gui {

// How the folder of chats is opened; see ChatStore::open. All throw Error.

/// Makes the folder and keeps other processes out of it.
[[nodiscard]] std::unique_ptr<QLockFile> lockChats(const QString& folder);

/// Opens the database and does what belongs to the start. `notice`: what the user must know about one that
/// was damaged; else as it was.
[[nodiscard]] std::unique_ptr<ChatDatabase> openChats(const QString& folder, QString& notice);

/// Leaves word for the next openChats() that the database is damaged.
void noteDamage(const QString& folder, const QString& damage);

/// Removes chats that were deleted before `before` for good.
void purgeChats(const ChatDatabase& database, const QDateTime& before);

}  // namespace lapilli::gui
