// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/chat_rows.h"

#include "app/gui/store/search_text.h"

#include <QCoreApplication>
#include <QHash>
#include <QJsonDocument>

#include <algorithm>

namespace lapilli::gui {
namespace {

const QString kChatColumns = QStringLiteral(
    "SELECT id, title, pinned, created, updated, model, settings_json, "
    "coalesce((SELECT text FROM draft WHERE chat_id = chat.id), '') FROM chat ");
const QString kMessageColumns = QStringLiteral(
    "SELECT id, chat_id, parent_id, role, text, status, created, params_json, stats_json, format_json, "
    "active_child FROM message ");

QDateTime timeOf(const QVariant& value) {
  return QDateTime::fromMSecsSinceEpoch(value.toLongLong(), Qt::UTC);
}

QJsonObject objectOf(const QVariant& value) {
  return QJsonDocument::fromJson(value.toString().toUtf8()).object();
}

Chat chatOf(const QSqlQuery& row) {
  return {.id = row.value(0).toLongLong(),
          .title = row.value(1).toString(),
          .pinned = row.value(2).toBool(),
          .created = timeOf(row.value(3)),
          .updated = timeOf(row.value(4)),
          .model = row.value(5).toString(),
          .settings = objectOf(row.value(6)),
          .draft = row.value(7).toString()};
}

struct MessageRow {
  Message message;
  MessageId activeChild = 0;
};

MessageRow messageOf(const QSqlQuery& row) {
  MessageRow result;
  Message& message = result.message;
  message.id = row.value(0).toLongLong();
  message.chat = row.value(1).toLongLong();
  message.parent = row.value(2).toLongLong();
  message.role = messageRoleFromString(row.value(3).toString()).value_or(MessageRole::User);
  message.text = row.value(4).toString();
  message.status = messageStatusFromString(row.value(5).toString()).value_or(MessageStatus::Done);
  message.created = timeOf(row.value(6));
  message.params = objectOf(row.value(7));
  message.stats = objectOf(row.value(8));
  message.format = objectOf(row.value(9));
  result.activeChild = row.value(10).toLongLong();
  return result;
}

/// Of columns 1 to 5.
Attachment attachmentOf(const QSqlQuery& row) {
  return {.sha256 = row.value(1).toString(),
          .name = row.value(2).toString(),
          .mime = row.value(3).toString(),
          .orientation = row.value(4).toInt(),
          .sizeBytes = row.value(5).toLongLong()};
}

/// table: attachment or draft_picture, with its owner's id first.
void insertPictures(const ChatDatabase& database, const QString& table, qint64 owner,
                    const QList<Attachment>& pictures) {
  for (qsizetype position = 0; position < pictures.size(); ++position) {
    const Attachment& picture = pictures[position];
    database.run(QStringLiteral("INSERT INTO %1 VALUES (?, ?, ?, ?, ?, ?, ?)").arg(table),
                 {owner, position, picture.sha256, notNull(picture.name), notNull(picture.mime),
                  picture.orientation, picture.sizeBytes});
  }
}

void readAttachments(const ChatDatabase& database, ChatId chat, QList<MessageRow>& rows) {
  QHash<MessageId, MessageRow*> byId;
  for (MessageRow& row : rows) byId[row.message.id] = &row;
  QSqlQuery query = database.run(
      QStringLiteral(
          "SELECT message_id, sha256, name, mime, orientation, size_bytes FROM attachment WHERE message_id "
          "IN (SELECT id FROM message WHERE chat_id = ?) ORDER BY message_id, position"),
      {chat});
  while (nextRow(query)) {
    MessageRow* row = byId.value(query.value(0).toLongLong());
    if (row != nullptr) row->message.attachments.append(attachmentOf(query));
  }
}

MessageId activeRoot(const ChatDatabase& database, ChatId chat) {
  QSqlQuery query = database.run(QStringLiteral("SELECT active_child FROM chat WHERE id = ?"), {chat});
  return nextRow(query) ? query.value(0).toLongLong() : 0;
}

/// `rows`: all of one chat, in order.
void setSiblings(QList<MessageRow>& rows, MessageId root) {
  QHash<MessageId, MessageId> remembered{{0, root}};
  QHash<MessageId, QList<Message*>> families;
  for (MessageRow& row : rows) {
    remembered[row.message.id] = row.activeChild;
    families[row.message.parent].append(&row.message);
  }
  for (auto family = families.cbegin(); family != families.cend(); ++family) {
    const QList<Message*>& siblings = family.value();
    const MessageId wanted = remembered.value(family.key());
    const bool known =
        std::any_of(siblings.begin(), siblings.end(), [&](const Message* m) { return m->id == wanted; });
    const MessageId chosen = known ? wanted : siblings.last()->id;
    for (qsizetype i = 0; i < siblings.size(); ++i) {
      siblings[i]->siblingIndex = static_cast<int>(i);
      siblings[i]->siblingCount = static_cast<int>(siblings.size());
      siblings[i]->remembered = siblings[i]->id == chosen;
    }
  }
}

QList<MessageRow> readRows(const ChatDatabase& database, ChatId chat) {
  QList<MessageRow> rows;
  QSqlQuery query = database.run(kMessageColumns + QStringLiteral("WHERE chat_id = ? ORDER BY id"), {chat});
  while (nextRow(query)) rows.append(messageOf(query));
  readAttachments(database, chat, rows);
  setSiblings(rows, activeRoot(database, chat));
  return rows;
}

[[noreturn]] void failMissing(const char* sentence, qint64 id) {
  throw Error(ErrorCode::kInvalidArgument,
              QCoreApplication::translate("ChatStore", sentence).arg(id).toStdString());
}

}  // namespace

QString jsonText(const QJsonObject& object) {
  return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

Chat readChat(const ChatDatabase& database, ChatId id) {
  QSqlQuery query = database.run(kChatColumns + QStringLiteral("WHERE id = ? AND deleted IS NULL"), {id});
  if (!nextRow(query)) failMissing(QT_TRANSLATE_NOOP("ChatStore", "There is no chat %1."), id);
  return chatOf(query);
}

QList<Chat> readChats(const ChatDatabase& database, int limit, int offset) {
  QSqlQuery query = database.run(
      kChatColumns +
          QStringLiteral(
              "WHERE deleted IS NULL ORDER BY pinned DESC, updated DESC, id DESC LIMIT ? OFFSET ?"),
      {limit, offset});
  QList<Chat> chats;
  while (nextRow(query)) chats.append(chatOf(query));
  return chats;
}

QList<Message> readMessages(const ChatDatabase& database, ChatId id) {
  QList<Message> messages;
  for (MessageRow& row : readRows(database, id)) messages.append(std::move(row.message));
  return messages;
}

Message readMessage(const ChatDatabase& database, MessageId id) {
  QSqlQuery query = database.run(QStringLiteral("SELECT chat_id FROM message WHERE id = ?"), {id});
  if (nextRow(query)) {
    for (MessageRow& row : readRows(database, query.value(0).toLongLong())) {
      if (row.message.id == id) return std::move(row.message);
    }
  }
  failMissing(QT_TRANSLATE_NOOP("ChatStore", "There is no message %1."), id);
}

QList<Message> readActivePath(const ChatDatabase& database, ChatId id) {
  QHash<MessageId, Message> next;
  for (const Message& message : readMessages(database, id)) {
    if (message.remembered) next[message.parent] = message;
  }
  QList<Message> path;
  for (auto at = next.constFind(0); at != next.constEnd(); at = next.constFind(at->id)) path.append(*at);
  return path;
}

ChatId insertChat(const ChatDatabase& database, const Chat& chat) {
  const QSqlQuery query = database.run(
      QStringLiteral("INSERT INTO chat(title, pinned, created, updated, model, settings_json) VALUES "
                     "(?, ?, ?, ?, ?, ?)"),
      {notNull(chat.title), chat.pinned, chat.created.toMSecsSinceEpoch(), chat.updated.toMSecsSinceEpoch(),
       notNull(chat.model), jsonText(chat.settings)});
  const ChatId id = query.lastInsertId().toLongLong();
  writeDraft(database, id, {.text = chat.draft});
  indexTitle(database, id, chat.title);
  return id;
}

MessageId insertMessage(const ChatDatabase& database, const Message& message) {
  const QVariant parent =
      message.parent == 0 ? QVariant(QMetaType::fromType<qint64>()) : QVariant(message.parent);
  const QSqlQuery query = database.run(
      QStringLiteral("INSERT INTO message(chat_id, parent_id, role, text, status, created, params_json, "
                     "stats_json, format_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      {message.chat, parent, nameOf(message.role), notNull(message.text), nameOf(message.status),
       message.created.toMSecsSinceEpoch(), jsonText(message.params), jsonText(message.stats),
       jsonText(message.format)});
  const MessageId id = query.lastInsertId().toLongLong();
  insertPictures(database, QStringLiteral("attachment"), id, message.attachments);
  rememberChild(database, message.chat, message.parent, id);
  if (message.status != MessageStatus::Generating) indexMessage(database, message.chat, id, message.text);
  return id;
}

void rememberChild(const ChatDatabase& database, ChatId chat, MessageId parent, MessageId child) {
  if (parent == 0) {
    database.run(QStringLiteral("UPDATE chat SET active_child = ? WHERE id = ?"), {child, chat});
  } else {
    database.run(QStringLiteral("UPDATE message SET active_child = ? WHERE id = ?"), {child, parent});
  }
}

Draft readDraft(const ChatDatabase& database, ChatId chat) {
  Draft draft;
  QSqlQuery query =
      database.run(QStringLiteral("SELECT text, settings_json FROM draft WHERE chat_id = ?"), {chat});
  if (!nextRow(query)) return draft;
  draft.text = query.value(0).toString();
  draft.settings = objectOf(query.value(1));
  QSqlQuery pictures =
      database.run(QStringLiteral("SELECT chat_id, sha256, name, mime, orientation, size_bytes FROM "
                                  "draft_picture WHERE chat_id = ? ORDER BY position"),
                   {chat});
  while (nextRow(pictures)) draft.pictures.append(attachmentOf(pictures));
  return draft;
}

void writeDraft(const ChatDatabase& database, ChatId chat, const Draft& draft) {
  database.run(QStringLiteral("DELETE FROM draft WHERE chat_id = ?"), {chat});
  if (draft.isEmpty()) return;
  database.run(QStringLiteral("INSERT INTO draft VALUES (?, ?, ?)"),
               {chat, notNull(draft.text), jsonText(draft.settings)});
  insertPictures(database, QStringLiteral("draft_picture"), chat, draft.pictures);
}

void indexTitle(const ChatDatabase& database, ChatId id, const QString& title) {
  database.run(
      QStringLiteral("INSERT INTO search_text(chat_id, folded) VALUES (?, ?) "
                     "ON CONFLICT(chat_id) WHERE message_id IS NULL DO UPDATE SET folded = excluded.folded"),
      {id, notNull(foldForSearch(title))});
}

void indexMessage(const ChatDatabase& database, ChatId chat, MessageId id, const QString& text) {
  database.run(QStringLiteral("INSERT INTO search_text(chat_id, message_id, folded) VALUES (?, ?, ?) "
                              "ON CONFLICT(message_id) DO UPDATE SET folded = excluded.folded"),
               {chat, id, notNull(foldForSearch(text))});
}

}  // namespace lapilli::gui
