// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/chat_database.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>

#include <atomic>

namespace lapilli::gui {
namespace {

/// "LPLC", so that another program's database is not taken for ours.
constexpr int kApplicationId = 0x4c504c43;
constexpr int kSqliteCorrupt = 11;
constexpr int kSqliteNotADatabase = 26;
constexpr int kSqliteConstraint = 19;

[[noreturn]] void fail(ErrorCode code, const QString& sentence, const QString& place) {
  throw Error(code, sentence.toStdString(), place.toStdString());
}

[[noreturn]] void fail(const QSqlError& error, const QString& path) {
  const int code = error.nativeErrorCode().toInt() & 0xff;
  if (code == kSqliteCorrupt || code == kSqliteNotADatabase) {
    fail(ErrorCode::kBadFile,
         QCoreApplication::translate("ChatDatabase", "The chat history is damaged: %1.")
             .arg(error.databaseText()),
         path);
  }
  fail(code == kSqliteConstraint ? ErrorCode::kInvalidArgument : ErrorCode::kIo,
       QCoreApplication::translate("ChatDatabase", "The chat history can't be used: %1.")
           .arg(error.databaseText()),
       path);
}

/// The last step of every path: QSqlDatabase objects and queries are gone when the connection is removed.
class Connection {
 public:
  explicit Connection(const QString& path, const QString& options = {}) : m_name(freeName()) {
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
    database.setDatabaseName(path);
    database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000") + options);
    if (database.open()) return;
    const QSqlError error = database.lastError();
    database = {};
    QSqlDatabase::removeDatabase(m_name);
    fail(error, path);
  }
  ~Connection() {
    if (!m_name.isEmpty()) QSqlDatabase::removeDatabase(m_name);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] const QString& name() const { return m_name; }
  [[nodiscard]] QString release() { return std::exchange(m_name, {}); }

 private:
  static QString freeName() {
    static std::atomic<quint64> count = 0;
    return QStringLiteral("chats-%1").arg(count++);
  }
  QString m_name;
};

QSqlQuery runOn(const QString& connection, const QString& statement, const QVariantList& values = {}) {
  const QSqlDatabase database = QSqlDatabase::database(connection, false);
  QSqlQuery query(database);
  query.setForwardOnly(true);
  bool ok = query.prepare(statement);
  for (const QVariant& value : values) query.addBindValue(value);
  ok = ok && query.exec();
  if (!ok) fail(query.lastError(), database.databaseName());
  return query;
}

QVariant valueOf(const QString& connection, const QString& statement) {
  QSqlQuery query = runOn(connection, statement);
  return query.next() ? query.value(0) : QVariant();
}

void transactionOn(const QString& connection, const std::function<void()>& work) {
  runOn(connection, QStringLiteral("BEGIN IMMEDIATE"));
  try {
    work();
    runOn(connection, QStringLiteral("COMMIT"));
  } catch (...) {
    // SQLite has rolled back by itself after some errors; then there is nothing left to do.
    QSqlQuery(QSqlDatabase::database(connection, false)).exec(QStringLiteral("ROLLBACK"));
    throw;
  }
}

/// A whole copy as one file, whatever the -wal holds.
void copyDatabase(const QString& connection, const QString& path, int version) {
  const QString copy = QStringLiteral("%1.version-%2").arg(path).arg(version);
  const QString temporary = copy + QStringLiteral(".part");
  QFile::remove(temporary);
  runOn(connection, QStringLiteral("VACUUM INTO ?"), {temporary});
  QFile::remove(copy);
  if (!QFile::rename(temporary, copy)) {
    fail(ErrorCode::kIo,
         QCoreApplication::translate("ChatDatabase",
                                     "The copy before the update of the chat history can't be written."),
         copy);
  }
}

void migrate(const QString& connection, std::span<const Migration> migrations, int from) {
  transactionOn(connection, [&] {
    for (const Migration& migration : migrations.subspan(static_cast<size_t>(from))) {
      for (const QString& statement : migration.statements) runOn(connection, statement);
    }
    if (runOn(connection, QStringLiteral("PRAGMA foreign_key_check")).next()) {
      fail(ErrorCode::kBadFile,
           QCoreApplication::translate("ChatDatabase",
                                       "The chat history has messages that belong to no chat."),
           QSqlDatabase::database(connection, false).databaseName());
    }
    runOn(connection, QStringLiteral("PRAGMA application_id = %1").arg(kApplicationId));
    runOn(connection, QStringLiteral("PRAGMA user_version = %1").arg(migrations.size()));
  });
}

}  // namespace

bool nextRow(QSqlQuery& query) {
  if (query.next()) return true;
  if (query.lastError().isValid()) fail(query.lastError(), {});
  return false;
}

ChatDatabase::ChatDatabase(const QString& path, Access access) {
  Connection connection(path,
                        access == Access::ReadOnly ? QStringLiteral(";QSQLITE_OPEN_READONLY") : QString());
  runOn(connection.name(), QStringLiteral("PRAGMA foreign_keys = ON"));
  runOn(connection.name(), QStringLiteral("PRAGMA synchronous = NORMAL"));
  m_name = connection.release();
}

ChatDatabase::~ChatDatabase() {
  QSqlDatabase::removeDatabase(m_name);
}

QSqlQuery ChatDatabase::run(const QString& statement, const QVariantList& values) const {
  return runOn(m_name, statement, values);
}

void ChatDatabase::transaction(const std::function<void()>& work) const {
  transactionOn(m_name, work);
}

void ChatDatabase::leaveCheckpointsToOthers() const {
  runOn(m_name, QStringLiteral("PRAGMA wal_autocheckpoint = 0"));
}

QString databaseOfChats(const QString& folder) {
  return folder + QStringLiteral("/chats.sqlite");
}

void prepareDatabase(const QString& path, std::span<const Migration> migrations) {
  const Connection connection(path);
  const QString& name = connection.name();
  const int version = valueOf(name, QStringLiteral("PRAGMA user_version")).toInt();
  const int application = valueOf(name, QStringLiteral("PRAGMA application_id")).toInt();
  const bool empty = valueOf(name, QStringLiteral("SELECT count(*) FROM sqlite_master")).toInt() == 0;
  if (!empty && application != kApplicationId) {
    fail(ErrorCode::kBadFile,
         QCoreApplication::translate("ChatDatabase", "This file is no chat history of Lapilli."), path);
  }
  const int newest = static_cast<int>(migrations.size());
  if (version > newest) {
    fail(ErrorCode::kUnsupported,
         QCoreApplication::translate(
             "ChatDatabase",
             "The chat history was written by a newer version of Lapilli (form %1, this program knows %2); "
             "update the program.")
             .arg(version)
             .arg(newest),
         path);
  }
  runOn(name, QStringLiteral("PRAGMA journal_mode = WAL"));
  if (version == newest) return;
  if (!empty) copyDatabase(name, path, version);
  migrate(name, migrations, version);
}

QString setDatabaseAside(const QString& path) {
  const QString stamp = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss"));
  QString aside = QStringLiteral("%1.damaged-%2").arg(path, stamp);
  for (int count = 2; QFileInfo::exists(aside); ++count) {
    aside = QStringLiteral("%1.damaged-%2-%3").arg(path, stamp).arg(count);
  }
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const QString from = path + QLatin1String(suffix);
    if (QFileInfo::exists(from) && !QFile::rename(from, aside + QLatin1String(suffix))) {
      fail(ErrorCode::kIo,
           QCoreApplication::translate("ChatDatabase", "The damaged chat history can't be moved aside."),
           from);
    }
  }
  return aside;
}

}  // namespace lapilli::gui
