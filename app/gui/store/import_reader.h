// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_types.h"

#include <QByteArray>
#include <QHash>
#include <QList>

namespace lapilli::gui::importing {

/// A chat of an import file. Ids are the file's own; a message's parent stands before it.
struct ImportedChat {
  Chat chat = {};
  QList<Message> messages = {};
  /// For the pictures: the path the file gives, by hash.
  QHash<QString, QString> files = {};
};

/// Checks all of a file that ExportFormat::Json wrote. Throws kUnsupported for a newer version, kBadFile with
/// the place ("chats[2].messages[0].role") and what is wrong there.
[[nodiscard]] QList<ImportedChat> readImport(const QByteArray& json);

}  // namespace lapilli::gui::importing
