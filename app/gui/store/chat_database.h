// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/base/result.h"

#include <QList>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariantList>

#include <functional>
#include <memory>
#include <span>

namespace lapilli::gui {

/// One step of the database's form: statements that lead from version i to version i + 1.
struct Migration {
  QList<QString> statements;
};

/// The steps of this program, all of them from an empty file.
[[nodiscard]] std::span<const Migration> chatMigrations();

/// One connection to a chat database, for the thread that made it. Functions throw Error: kIo, kBadFile
/// (SQLite finds damage), kInvalidArgument (a row that does not fit its table).
class ChatDatabase {
 public:
  enum class Access { ReadWrite, ReadOnly };

  /// Opens a database that prepare() has seen. WAL, synchronous NORMAL, foreign keys; a writer waits up to
  /// five seconds for another one.
  ChatDatabase(const QString& path, Access access);
  ~ChatDatabase();
  ChatDatabase(const ChatDatabase&) = delete;
  ChatDatabase& operator=(const ChatDatabase&) = delete;

  /// Runs one statement with its values in order.
  QSqlQuery run(const QString& statement, const QVariantList& values = {}) const;
  /// Runs `work` in one transaction, which an exception takes back.
  void transaction(const std::function<void()>& work) const;
  /// Checkpoints are left to a worker, see tidyChats: they wait for the disk.
  void leaveCheckpointsToOthers() const;

 private:
  QString m_name;
};

/// The next row of a query; false at the end. Throws kBadFile or kIo where the row can't be read, which
/// QSqlQuery::next() does not tell from the end.
[[nodiscard]] bool nextRow(QSqlQuery& query);

/// The database of a folder of chats.
[[nodiscard]] QString databaseOfChats(const QString& folder);

/// Makes or migrates the database file; the first thing done to it, by one process alone. A migration runs in
/// one transaction, after a copy of the file as it was (`chats.sqlite.version-N`). Throws kUnsupported for a
/// newer version, kBadFile for what is no chat database or is damaged; the file stays as it was each time.
void prepareDatabase(const QString& path, std::span<const Migration> migrations);

/// Renames a damaged database (with its -wal and -shm) to a free name beside it, and returns that name.
[[nodiscard]] QString setDatabaseAside(const QString& path);

}  // namespace lapilli::gui
