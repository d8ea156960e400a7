// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_database.h"
#include "app/gui/store/chat_types.h"

namespace lapilli::gui {

/// Reads of rows that the store and the exports share. They throw what ChatDatabase throws, and
/// kInvalidArgument where the row does not exist.

[[nodiscard]] Chat readChat(const ChatDatabase& database, ChatId id);
/// As ChatStore::chats.
[[nodiscard]] QList<Chat> readChats(const ChatDatabase& database, int limit, int offset);
/// All messages of a chat, by id.
[[nodiscard]] QList<Message> readMessages(const ChatDatabase& database, ChatId id);
[[nodiscard]] Message readMessage(const ChatDatabase& database, MessageId id);
/// The remembered way through a chat's messages, oldest first.
[[nodiscard]] QList<Message> readActivePath(const ChatDatabase& database, ChatId id);

/// Writes that the store and the import share; within a transaction of the caller.

[[nodiscard]] ChatId insertChat(const ChatDatabase& database, const Chat& chat);
/// Ignores id and what is said of siblings. The message becomes its parent's active child.
[[nodiscard]] MessageId insertMessage(const ChatDatabase& database, const Message& message);
/// Makes `child` the remembered one of `parent`, or of the chat where `parent` is 0.
void rememberChild(const ChatDatabase& database, ChatId chat, MessageId parent, MessageId child);
/// Makes what search finds equal to the chat's title or the message's text.
void indexTitle(const ChatDatabase& database, ChatId id, const QString& title);
void indexMessage(const ChatDatabase& database, ChatId chat, MessageId id, const QString& text);

/// The draft of a chat, or of the one that has not begun where `chat` is 0.
[[nodiscard]] Draft readDraft(const ChatDatabase& database, ChatId chat);
/// Within a transaction of the caller; an empty draft removes the row.
void writeDraft(const ChatDatabase& database, ChatId chat, const Draft& draft);

[[nodiscard]] QString jsonText(const QJsonObject& object);
/// A null QString would become NULL in SQL.
[[nodiscard]] inline QString notNull(const QString& text) {
  return text.isNull() ? QStringLiteral("") : text;
}

}  // namespace lapilli::gui
