// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/salvage_chats.h"

#include "app/gui/store/chat_rows.h"

#include <QCoreApplication>
#include <QFile>
#include <QHash>
#include <QSet>
#include <QSqlRecord>

namespace lapilli::gui {
namespace {

/// Where no row tells how many there are.
constexpr qint64 kIdsTried = 1 << 20;

/// A row's values in the order of the statement.
using Row = QVariantList;

/// Copies rows one by one; what can't be read or does not fit is left out.
class Salvage {
 public:
  Salvage(const ChatDatabase& from, const ChatDatabase& to) : m_from(from), m_to(to) {}

  SalvageReport run() {
    bool ours = false;
    readable([&] { ours = has(QStringLiteral("chat")) && has(QStringLiteral("message")); });
    if (!ours) return {};
    copyChats();
    copyMessages();
    copyDrafts();
    copyEdits();
    return m_report;
  }

 private:
  [[nodiscard]] bool has(const QString& table) const {
    QSqlQuery query = m_from.run(QStringLiteral("SELECT 1 FROM sqlite_master WHERE name = ?"), {table});
    return nextRow(query);
  }

  /// The largest id a table has had.
  [[nodiscard]] qint64 lastId(const QString& table) const {
    qint64 last = 0;
    readable([&] {
      QSqlQuery query = m_from.run(QStringLiteral("SELECT seq FROM sqlite_sequence WHERE name = ?"), {table});
      if (nextRow(query)) last = query.value(0).toLongLong();
    });
    return last > 0 ? last : kIdsTried;
  }

  /// False where `read` met damage.
  static bool readable(const std::function<void()>& read) {
    try {
      read();
      return true;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kBadFile) throw;
      return false;
    }
  }

  /// Every row of a table that can be read.
  void eachRow(const QString& table, const QString& columns, const std::function<void(const Row&)>& take) {
    const QString select = QStringLiteral("SELECT %1 FROM %2").arg(columns, table);
    const qint64 last = lastId(table);
    // A table whose root is damaged gives nothing; to ask for each of its rows would take minutes.
    constexpr qint64 kProbes = 64;
    bool any = false;
    for (qint64 probe = 0; probe < kProbes && !any; ++probe) {
      any = readable([&] {
        QSqlQuery query =
            m_from.run(select + QStringLiteral(" WHERE id = ?"), {1 + (last - 1) * probe / (kProbes - 1)});
        static_cast<void>(nextRow(query));
      });
    }
    if (any) eachRowBetween(select, 1, last, take);
  }

  /// Reads rows with ids from `first` to `last`. Where a page is damaged, the range is halved until what
  /// stands on it is known, so that all other rows come out.
  void eachRowBetween(const QString& select, qint64 first, qint64 last,
                      const std::function<void(const Row&)>& take) const {
    while (first <= last) {
      qint64 next = first;
      const bool whole = readable([&] {
        QSqlQuery query =
            m_from.run(select + QStringLiteral(" WHERE id BETWEEN ? AND ? ORDER BY id"), {first, last});
        const int columns = query.record().count();
        while (nextRow(query)) {
          Row row;
          for (int column = 0; column < columns; ++column) row.append(query.value(column));
          next = row[0].toLongLong() + 1;
          take(row);
        }
      });
      if (whole) return;
      if (next == first) {
        if (first == last) return;
        const qint64 middle = first + (last - first) / 2;
        eachRowBetween(select, first, middle, take);
        next = middle + 1;
      }
      first = next;
    }
  }

  /// False where the row does not fit the new database.
  [[nodiscard]] bool insert(const QString& statement, const Row& row) const {
    try {
      m_to.run(statement, row);
      return true;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kInvalidArgument) throw;
      return false;
    }
  }

  void copyChats() {
    const QString columns =
        QStringLiteral("id, title, pinned, created, updated, model, settings_json, active_child, deleted");
    eachRow(QStringLiteral("chat"), columns, [&](const Row& row) {
      const QString into =
          QStringLiteral("INSERT INTO chat(%1) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)").arg(columns);
      if (insert(into, row)) addChat(row[0].toLongLong(), row[1].toString());
    });
  }
  void addChat(ChatId id, const QString& title) {
    indexTitle(m_to, id, title);
    m_chats.insert(id);
    ++m_report.chats;
  }
  bool makeChat(ChatId id, const QVariant& time) {
    const QString title = QCoreApplication::translate("ChatStore", "Saved chat");
    if (id <= 0 || !insert(QStringLiteral("INSERT INTO chat(id, title, created, updated, model, "
                                          "settings_json) VALUES (?, ?, ?, ?, '', '{}')"),
                           {id, title, time, time}))
      return false;
    addChat(id, title);
    return true;
  }

  void copyMessages() {
    const QString columns = QStringLiteral(
        "id, chat_id, parent_id, role, text, status, created, params_json, stats_json, format_json, "
        "active_child");
    const QString into =
        QStringLiteral("INSERT INTO message(%1) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").arg(columns);
    eachRow(QStringLiteral("message"), columns, [&](Row row) {
      const MessageId id = row[0].toLongLong();
      const ChatId chat = row[1].toLongLong();
      if (!m_chats.contains(chat) && !makeChat(chat, row[6])) return;
      if (!row[2].isNull() && !m_messages.contains(row[2].toLongLong())) {
        const MessageId before = m_lastOf.value(chat);
        row[2] = before == 0 ? QVariant(QMetaType::fromType<qint64>()) : QVariant(before);
      }
      if (row[5].toString() == QLatin1String("generating")) row[5] = QStringLiteral("interrupted");
      if (!insert(into, row)) return;
      m_messages.insert(id);
      m_lastOf[chat] = id;
      indexMessage(m_to, chat, id, row[4].toString());
      copyPictures(QStringLiteral("attachment"), QStringLiteral("message_id"), id);
      ++m_report.messages;
    });
  }

  void copyPictures(const QString& table, const QString& owner, qint64 id) const {
    readable([&] {
      QSqlQuery query = m_from.run(
          QStringLiteral("SELECT position, sha256, name, mime, orientation, size_bytes FROM %1 WHERE %2 = ?")
              .arg(table, owner),
          {id});
      while (nextRow(query)) {
        Row row{id};
        for (int column = 0; column < 6; ++column) row.append(query.value(column));
        static_cast<void>(
            insert(QStringLiteral("INSERT INTO %1 VALUES (?, ?, ?, ?, ?, ?, ?)").arg(table), row));
      }
    });
  }

  void copyDrafts() const {
    if (!has(QStringLiteral("draft"))) return;
    readable([&] {
      QSqlQuery query = m_from.run(QStringLiteral("SELECT chat_id, text, settings_json FROM draft"));
      while (nextRow(query)) {
        const ChatId chat = query.value(0).toLongLong();
        if (chat != 0 && !m_chats.contains(chat)) continue;
        if (insert(QStringLiteral("INSERT INTO draft VALUES (?, ?, ?)"),
                   {chat, query.value(1), query.value(2)}))
          copyPictures(QStringLiteral("draft_picture"), QStringLiteral("chat_id"), chat);
      }
    });
  }

  void copyEdits() const {
    if (!has(QStringLiteral("draft_edit"))) return;
    readable([&] {
      QSqlQuery query = m_from.run(QStringLiteral("SELECT message_id, text FROM draft_edit"));
      while (nextRow(query)) {
        if (m_messages.contains(query.value(0).toLongLong()))
          static_cast<void>(insert(QStringLiteral("INSERT INTO draft_edit VALUES (?, ?)"),
                                   {query.value(0), query.value(1)}));
      }
    });
  }

  const ChatDatabase& m_from;
  const ChatDatabase& m_to;
  QSet<ChatId> m_chats;
  QSet<MessageId> m_messages;
  QHash<ChatId, MessageId> m_lastOf;
  SalvageReport m_report;
};

}  // namespace

SalvageReport salvageChats(const QString& damaged, const QString& into) {
  for (const char* suffix : {"", "-wal", "-shm"}) QFile::remove(into + QLatin1String(suffix));
  SalvageReport report;
  prepareDatabase(into, chatMigrations());
  const ChatDatabase to(into, ChatDatabase::Access::ReadWrite);
  to.transaction([&] {
    try {
      const ChatDatabase from(damaged, ChatDatabase::Access::ReadOnly);
      report = Salvage(from, to).run();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kBadFile) throw;
    }
  });
  return report;
}

void finishSalvage(const QString& path) {
  const QString saved = path + QLatin1String(kSavedSuffix);
  if (QFile::exists(path) || !QFile::exists(saved) || QFile::rename(saved, path)) return;
  throw Error(ErrorCode::kIo,
              QCoreApplication::translate("ChatStore", "The saved chat history can't be put into its place.")
                  .toStdString(),
              saved.toStdString());
}

}  // namespace lapilli::gui
