// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/tidy_chats.h"

#include "app/gui/store/chat_database.h"
#include "app/gui/store/chat_store.h"

namespace lapilli::gui {
namespace {

QString damageOf(const ChatDatabase& database) {
  try {
    QSqlQuery query = database.run(QStringLiteral("PRAGMA quick_check(3)"));
    QStringList lines;
    while (nextRow(query)) lines.append(query.value(0).toString());
    return lines == QStringList{QStringLiteral("ok")} ? QString() : lines.join(u'\n');
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kBadFile) return QString::fromStdString(error.message());
    throw;
  }
}

}  // namespace

void checkpointChats(const QString& storeFolder) {
  const ChatDatabase database(databaseOfChats(storeFolder), ChatDatabase::Access::ReadWrite);
  database.run(QStringLiteral("PRAGMA wal_checkpoint(PASSIVE)"));
}

TidyReport tidyChats(const QString& storeFolder) {
  checkpointChats(storeFolder);
  const ChatDatabase database(databaseOfChats(storeFolder), ChatDatabase::Access::ReadOnly);
  TidyReport report;
  report.damage = damageOf(database);
  if (!report.damage.isEmpty()) return report;  // what can't be read refers to pictures perhaps
  const QDateTime before = QDateTime::currentDateTimeUtc().addSecs(-kUndoSeconds);
  QSet<QString> wanted;
  QSqlQuery query =
      database.run(QStringLiteral("SELECT sha256 FROM attachment UNION SELECT sha256 FROM draft_picture"));
  while (nextRow(query)) wanted.insert(query.value(0).toString());
  report.removedPictures = ObjectStore(storeFolder + QStringLiteral("/objects")).removeOthers(wanted, before);
  return report;
}

}  // namespace lapilli::gui
