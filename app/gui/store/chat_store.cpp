// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/chat_store.h"

#include "app/gui/store/chat_rows.h"
#include "app/gui/store/open_chats.h"
#include "app/gui/store/tidy_chats.h"

#include <QCoreApplication>

namespace lapilli::gui {
namespace {

qint64 now() {
  return QDateTime::currentMSecsSinceEpoch();
}

}  // namespace

ChatStore::ChatStore(QString folder, std::unique_ptr<QLockFile> lock, std::unique_ptr<ChatDatabase> database,
                     QString notice)
    : m_folder(std::move(folder)),
      m_notice(std::move(notice)),
      m_lock(std::move(lock)),
      m_database(std::move(database)),
      m_objects(m_folder + QStringLiteral("/objects")) {
  m_flushTimer.setSingleShot(true);
  m_flushTimer.setInterval(kFlushMs);
  connect(&m_flushTimer, &QTimer::timeout, this, [this] {
    if (const Result<void> flushed = flush(); !flushed) retryLater(flushed.error());
  });
  startTidying();
}

void ChatStore::startTidying() {
  constexpr int kCheckpointMs = 30000;
  constexpr int kTidyAfterMs = 5000;  // when the window has opened
  m_background.setMaxThreadCount(1);
  connect(&m_checkpointTimer, &QTimer::timeout, this, [this] {
    m_background.start([folder = m_folder] {
      // A disk that is full shows at the next write; there is nobody to tell here.
      static_cast<void>(try_result([&] { checkpointChats(folder); }).ok());
    });
  });
  m_checkpointTimer.start(kCheckpointMs);
  QTimer::singleShot(kTidyAfterMs, this, [this] {
    m_background.start([this] {
      const auto report = try_result([&] { return tidyChats(m_folder); });
      if (!report.ok() || report->damage.isEmpty()) return;
      noteDamage(m_folder, report->damage);
      emit damageFound(report->damage);
    });
  });
}

ChatStore::~ChatStore() {
  m_background.waitForDone();
  // What can't be written now was reported by writeFailed before.
  static_cast<void>(flush().ok());
}

Result<std::unique_ptr<ChatStore>> ChatStore::open(const QString& folder) {
  return try_result([&] {
    auto lock = lockChats(folder);
    QString notice;
    auto database = openChats(folder, notice);
    return std::unique_ptr<ChatStore>(new ChatStore(folder, std::move(lock), std::move(database), notice));
  });
}

QString ChatStore::databasePath() const {
  return databaseOfChats(m_folder);
}

Result<ChatId> ChatStore::createChat(const NewChat& chat) {
  return try_result([&] {
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(now(), Qt::UTC);
    ChatId id = 0;
    m_database->transaction([&] {
      id = insertChat(*m_database, {.id = 0,
                                    .title = chat.title,
                                    .pinned = false,
                                    .created = time,
                                    .updated = time,
                                    .model = chat.model,
                                    .settings = chat.settings,
                                    .draft = {}});
    });
    emit chatChanged(id);
    return id;
  });
}

Result<QList<Chat>> ChatStore::chats(int limit, int offset) const {
  return try_result([&] { return readChats(*m_database, limit, offset); });
}

Result<Chat> ChatStore::chat(ChatId id) const {
  return try_result([&] { return readChat(*m_database, id); });
}

Result<void> ChatStore::changeChat(ChatId id, const ChatChange& change) {
  return try_result([&] {
    Chat chat = readChat(*m_database, id);
    chat.title = change.title.value_or(chat.title);
    chat.pinned = change.pinned.value_or(chat.pinned);
    chat.model = change.model.value_or(chat.model);
    chat.settings = change.settings.value_or(chat.settings);
    m_database->transaction([&] {
      m_database->run(
          QStringLiteral("UPDATE chat SET title = ?, pinned = ?, model = ?, settings_json = ? WHERE id = ?"),
          {notNull(chat.title), chat.pinned, notNull(chat.model), jsonText(chat.settings), id});
      if (change.title) indexTitle(*m_database, id, chat.title);
    });
    if (change.title || change.pinned) emit chatChanged(id);
  });
}

Result<Draft> ChatStore::draft(ChatId id) const {
  return try_result([&] { return readDraft(*m_database, id); });
}

Result<void> ChatStore::saveDraft(ChatId id, const Draft& draft) {
  return try_result([&] { m_database->transaction([&] { writeDraft(*m_database, id, draft); }); });
}

Result<QHash<MessageId, QString>> ChatStore::edits(ChatId id) const {
  return try_result([&] {
    QHash<MessageId, QString> edits;
    QSqlQuery query = m_database->run(
        QStringLiteral(
            "SELECT message_id, draft_edit.text FROM draft_edit JOIN message ON message.id = message_id "
            "WHERE chat_id = ?"),
        {id});
    while (nextRow(query)) edits.insert(query.value(0).toLongLong(), query.value(1).toString());
    return edits;
  });
}

Result<void> ChatStore::saveEdit(MessageId id, const std::optional<QString>& text) {
  return try_result([&] {
    if (text) {
      m_database->run(QStringLiteral("INSERT OR REPLACE INTO draft_edit VALUES (?, ?)"),
                      {id, notNull(*text)});
    } else {
      m_database->run(QStringLiteral("DELETE FROM draft_edit WHERE message_id = ?"), {id});
    }
  });
}

Result<void> ChatStore::deleteChats(const QList<ChatId>& ids) {
  return try_result([&] {
    m_database->transaction([&] {
      // Its time tells a deletion from others, within one millisecond too.
      QSqlQuery query = m_database->run(QStringLiteral("SELECT max(deleted) FROM chat"));
      const qint64 last = nextRow(query) ? query.value(0).toLongLong() : 0;
      query.finish();
      const qint64 time = qMax(now(), last + 1);
      for (const ChatId id : ids) {
        m_database->run(QStringLiteral("UPDATE chat SET deleted = ? WHERE id = ? AND deleted IS NULL"),
                        {time, id});
      }
    });
    emit chatsChanged();
  });
}

Result<void> ChatStore::restoreChats(const QList<ChatId>& ids) {
  return try_result([&] {
    m_database->transaction([&] {
      for (const ChatId id : ids)
        m_database->run(QStringLiteral("UPDATE chat SET deleted = NULL WHERE id = ?"), {id});
    });
    emit chatsChanged();
  });
}

Result<QList<ChatId>> ChatStore::lastDeleted() const {
  return try_result([&] {
    QSqlQuery query = m_database->run(
        QStringLiteral("SELECT id FROM chat WHERE deleted = (SELECT max(deleted) FROM chat) ORDER BY id"));
    QList<ChatId> chats;
    while (nextRow(query)) chats.append(query.value(0).toLongLong());
    return chats;
  });
}

Result<void> ChatStore::purgeDeleted(const QDateTime& before) {
  return try_result([&] { purgeChats(*m_database, before); });
}

Result<MessageId> ChatStore::addMessage(const NewMessage& message) {
  return try_result([&] {
    static_cast<void>(readChat(*m_database, message.chat));
    if (message.parent != 0 && readMessage(*m_database, message.parent).chat != message.chat) {
      throw Error(ErrorCode::kInvalidArgument,
                  QCoreApplication::translate("ChatStore", "Message %1 belongs to another chat.")
                      .arg(message.parent)
                      .toStdString());
    }
    MessageId id = 0;
    m_database->transaction([&] {
      id = insertMessage(*m_database, {.id = 0,
                                       .chat = message.chat,
                                       .parent = message.parent,
                                       .role = message.role,
                                       .text = message.text,
                                       .status = message.status,
                                       .created = QDateTime::fromMSecsSinceEpoch(now(), Qt::UTC),
                                       .params = message.params,
                                       .stats = {},
                                       .format = message.format,
                                       .attachments = message.attachments});
      touch(message.chat);
    });
    emit chatChanged(message.chat);
    return id;
  });
}

Result<QList<Message>> ChatStore::activePath(ChatId id) const {
  return try_result([&] { return withPending(readActivePath(*m_database, id)); });
}

Result<QList<Message>> ChatStore::allMessages(ChatId id) const {
  return try_result([&] { return withPending(readMessages(*m_database, id)); });
}

Result<Message> ChatStore::message(MessageId id) const {
  return try_result([&] { return withPending({readMessage(*m_database, id)}).takeFirst(); });
}

Result<QList<MessageId>> ChatStore::siblings(MessageId id) const {
  return try_result([&] {
    const Message message = readMessage(*m_database, id);
    QSqlQuery query = m_database->run(
        QStringLiteral("SELECT id FROM message WHERE chat_id = ? AND parent_id IS ? ORDER BY id"),
        {message.chat,
         message.parent == 0 ? QVariant(QMetaType::fromType<qint64>()) : QVariant(message.parent)});
    QList<MessageId> ids;
    while (nextRow(query)) ids.append(query.value(0).toLongLong());
    return ids;
  });
}

Result<void> ChatStore::activate(MessageId id) {
  return try_result([&] {
    const Message message = readMessage(*m_database, id);
    QHash<MessageId, MessageId> parents;
    for (const Message& other : readMessages(*m_database, message.chat)) parents[other.id] = other.parent;
    m_database->transaction([&] {
      for (MessageId child = id; child != 0; child = parents.value(child)) {
        rememberChild(*m_database, message.chat, parents.value(child), child);
      }
    });
  });
}

void ChatStore::appendText(MessageId id, const QString& piece) {
  if (piece.isEmpty()) return;
  m_pending[id] += piece;
  if (!m_flushTimer.isActive()) m_flushTimer.start();
}

Result<void> ChatStore::finishMessage(MessageId id, const MessageEnd& end) {
  const auto known = try_result([&] {
    QSqlQuery query = m_database->run(QStringLiteral("SELECT 1 FROM message WHERE id = ?"), {id});
    return nextRow(query);
  });
  if (known.ok() && !*known) {
    return Error(ErrorCode::kInvalidArgument,
                 QCoreApplication::translate("ChatStore", "There is no message %1.").arg(id).toStdString());
  }
  m_ends.insert(id, end);
  Result<void> written = flush();
  if (!written) retryLater(written.error());
  return written;
}

Result<void> ChatStore::resumeMessage(MessageId id) {
  if (const Result<void> flushed = flush(); !flushed) return flushed;
  return try_result([&] {
    m_database->transaction([&] {
      m_database->run(QStringLiteral("UPDATE message SET status = 'generating' WHERE id = ?"), {id});
    });
  });
}

Result<void> ChatStore::flush() {
  if (m_pending.isEmpty() && m_ends.isEmpty()) return {};
  return try_result([&] {
    QList<ChatId> ended;
    m_database->transaction([&] {
      writePending();
      ended = writeEnds();
    });
    m_pending.clear();
    m_ends.clear();
    m_failing = false;
    for (const ChatId chat : ended) emit chatChanged(chat);
  });
}

void ChatStore::retryLater(const Error& error) {
  constexpr int kRetryMs = 2000;
  QTimer::singleShot(kRetryMs, &m_flushTimer, QOverload<>::of(&QTimer::start));
  if (std::exchange(m_failing, true)) return;
  emit writeFailed(QString::fromStdString(error.message()));
}

void ChatStore::writePending() {
  for (auto piece = m_pending.cbegin(); piece != m_pending.cend(); ++piece) {
    m_database->run(QStringLiteral("UPDATE message SET text = text || ? WHERE id = ?"),
                    {piece.value(), piece.key()});
  }
}

QList<ChatId> ChatStore::writeEnds() {
  QList<ChatId> chats;
  for (auto end = m_ends.cbegin(); end != m_ends.cend(); ++end) {
    if (end->text) {
      m_database->run(QStringLiteral("UPDATE message SET text = ? WHERE id = ?"),
                      {notNull(*end->text), end.key()});
    }
    QSqlQuery query = m_database->run(
        QStringLiteral("UPDATE message SET status = ?, stats_json = ? WHERE id = ? RETURNING chat_id, text"),
        {nameOf(end->status), jsonText(end->stats), end.key()});
    if (!nextRow(query)) continue;  // its chat has gone for good
    const ChatId chat = query.value(0).toLongLong();
    const QString text = query.value(1).toString();
    query.finish();
    indexMessage(*m_database, chat, end.key(), text);
    touch(chat);
    chats.append(chat);
  }
  return chats;
}

QList<Message> ChatStore::withPending(QList<Message> messages) const {
  for (Message& message : messages) {
    message.text += m_pending.value(message.id);
    const auto end = m_ends.constFind(message.id);
    if (end == m_ends.constEnd()) continue;
    message.status = end->status;
    message.stats = end->stats;
    message.text = end->text.value_or(message.text);
  }
  return messages;
}

void ChatStore::touch(ChatId chat) {
  m_database->run(QStringLiteral("UPDATE chat SET updated = ? WHERE id = ?"), {now(), chat});
}

}  // namespace lapilli::gui
