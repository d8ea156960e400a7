// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/open_chats.h"

#include "app/gui/store/chat_rows.h"
#include "app/gui/store/chat_store.h"
#include "app/gui/store/salvage_chats.h"

#include <QCoreApplication>
#include <QDir>
#include <QSaveFile>

namespace lapilli::gui {
namespace {

/// What was being written when the last process ended.
void markInterrupted(const ChatDatabase& database) {
  database.transaction([&] {
    QSqlQuery query =
        database.run(QStringLiteral("SELECT id, chat_id, text FROM message WHERE status = 'generating'"));
    QList<std::tuple<MessageId, ChatId, QString>> found;
    while (nextRow(query)) {
      found.append({query.value(0).toLongLong(), query.value(1).toLongLong(), query.value(2).toString()});
    }
    query.finish();
    for (const auto& [id, chat, text] : found) {
      database.run(QStringLiteral("UPDATE message SET status = 'interrupted' WHERE id = ?"), {id});
      indexMessage(database, chat, id, text);
    }
  });
}

/// Where a look at the whole database leaves word for the next start.
QString damageMark(const QString& folder) {
  return folder + QStringLiteral("/chats.damage");
}

/// Opens the database and does what belongs to the start, which reads a part of it.
std::unique_ptr<ChatDatabase> openSound(const QString& path) {
  constexpr int kRowsOnScreen = 100;
  prepareDatabase(path, chatMigrations());
  auto database = std::make_unique<ChatDatabase>(path, ChatDatabase::Access::ReadWrite);
  database->leaveCheckpointsToOthers();
  markInterrupted(*database);
  purgeChats(*database, QDateTime::currentDateTimeUtc().addSecs(-kUndoSeconds));
  static_cast<void>(readChats(*database, kRowsOnScreen, 0));
  return database;
}

/// Moves a damaged database aside when what can be read of it stands in a new one. Returns a notice.
QString replaceDamaged(const QString& path, const Error& damage) {
  const QString saved = path + QLatin1String(kSavedSuffix);
  const SalvageReport report = salvageChats(path, saved);
  const QString aside = setDatabaseAside(path);
  finishSalvage(path);
  const QString why = QString::fromStdString(damage.message());
  if (report.messages == 0) {
    return QCoreApplication::translate(
               "ChatStore",
               "The chat history could not be read and was kept as %1. A new one was begun. (%2)")
        .arg(aside, why);
  }
  return QCoreApplication::translate("ChatStore",
                                     "The chat history was damaged. What can be read of it was saved: %1 "
                                     "chats with %2 messages. The damaged file was kept as %3. (%4)")
      .arg(report.chats)
      .arg(report.messages)
      .arg(aside, why);
}

}  // namespace

std::unique_ptr<QLockFile> lockChats(const QString& folder) {
  if (!QDir().mkpath(folder)) {
    throw Error(ErrorCode::kIo,
                QCoreApplication::translate("ChatStore", "The folder for chats can't be made.").toStdString(),
                folder.toStdString());
  }
  auto lock = std::make_unique<QLockFile>(folder + QStringLiteral("/chats.lock"));
  lock->setStaleLockTime(0);  // stale only when its process is gone
  if (lock->tryLock()) return lock;
  qint64 process = 0;
  QString host, program;
  // A process that was killed while it wrote the lock leaves one that names nobody. One that is in use can't
  // be removed.
  if (lock->error() == QLockFile::LockFailedError && !lock->getLockInfo(&process, &host, &program) &&
      lock->removeStaleLockFile() && lock->tryLock()) {
    return lock;
  }
  const bool held =
      lock->error() == QLockFile::LockFailedError && lock->getLockInfo(&process, &host, &program);
  const QString sentence =
      held ? QCoreApplication::translate("ChatStore", "The chats are open in another window: %1, process %2.")
                 .arg(program)
                 .arg(process)
           : QCoreApplication::translate("ChatStore", "The folder for chats can't be written.");
  throw Error(ErrorCode::kIo, sentence.toStdString(), folder.toStdString());
}

std::unique_ptr<ChatDatabase> openChats(const QString& folder, QString& notice) {
  const QString path = databaseOfChats(folder);
  finishSalvage(path);
  QFile mark(damageMark(folder));
  try {
    if (mark.open(QIODevice::ReadOnly)) throw Error(ErrorCode::kBadFile, mark.readAll().toStdString());
    return openSound(path);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kBadFile) throw;
    notice = replaceDamaged(path, error);
    mark.remove();
    return openSound(path);
  }
}

void noteDamage(const QString& folder, const QString& damage) {
  QSaveFile mark(damageMark(folder));
  if (mark.open(QIODevice::WriteOnly) && mark.write(damage.toUtf8()) >= 0) mark.commit();
}

void purgeChats(const ChatDatabase& database, const QDateTime& before) {
  database.transaction([&] {
    database.run(QStringLiteral("DELETE FROM chat WHERE deleted < ?"), {before.toMSecsSinceEpoch()});
  });
}

}  // namespace lapilli::gui
