// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/caption_journal.h"

#include "app/captions/journal_facts.h"
#include "app/gui/json_line.h"
#include "app/gui/store/search_text.h"

#include <QDir>
#include <QFileInfo>
#include <QHash>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QUrl>

#include <atomic>

namespace lapilli::gui {
namespace {

/// ?1: the state of pictures that are done, ?2: of which fields the texts are not wanted.
constexpr const char* kDoneCaptions =
    "SELECT p.path, a.field, a.text FROM run r "
    "JOIN picture p ON p.run = r.id AND p.state = ?1 "
    "JOIN answer a ON a.run = p.run AND a.picture = p.number "
    "WHERE r.undone = '' AND a.field NOT LIKE ?2 ORDER BY r.id, p.number, a.field";
constexpr const char* kRunSettings = "SELECT settings FROM run WHERE undone = '' ORDER BY id DESC";

/// A journal, to be read. One at rest has no log beside it and is read without a lock, so that no run waits
/// for this and media that can not be written are read too; one with a log is read where nobody has it.
class Connection {
 public:
  explicit Connection(const QString& file) {
    static std::atomic<quint64> count = 0;
    m_name = QStringLiteral("captions-%1").arg(count++);
    const bool atRest = QFileInfo(file + QStringLiteral("-wal")).size() == 0;
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
    database.setConnectOptions(
        QStringLiteral("QSQLITE_OPEN_URI;QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=50"));
    database.setDatabaseName(QUrl::fromLocalFile(file).toString(QUrl::FullyEncoded) +
                             (atRest ? QStringLiteral("?immutable=1") : QString()));
    m_open = database.open();
  }
  ~Connection() { QSqlDatabase::removeDatabase(m_name); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Calls `each` for every row until it returns false; false where not all of them were read.
  template <class Each>
  [[nodiscard]] bool read(const char* statement, const QVariantList& values, const Each& each) const {
    if (!m_open) return false;
    QSqlQuery query(QSqlDatabase::database(m_name, false));
    query.setForwardOnly(true);
    if (!query.prepare(QLatin1String(statement))) return false;
    for (const QVariant& value : values) query.addBindValue(value);
    if (!query.exec()) return false;
    while (query.next()) {
      if (!each(query)) return false;
    }
    return !query.lastError().isValid();
  }

 private:
  QString m_name;
  bool m_open = false;
};

}  // namespace

QString CaptionPrompts::text() const {
  QStringList lines;
  for (const QJsonValue& question : questions) lines.append(question[QLatin1String("prompt")].toString());
  return lines.join(QLatin1Char('\n'));
}

QStringList captionJournalsOf(const QString& folder) {
  const QDir own(QDir(folder).filePath(QStringLiteral(".lapilli")));
  QStringList files;
  for (const QString& name :
       own.entryList({QStringLiteral("journal*.sqlite")}, QDir::Files | QDir::Hidden, QDir::Name))
    files.append(own.filePath(name));
  return files;
}

std::optional<CaptionJournal> readCaptionJournal(const QString& file, const QString& folder,
                                                 qint64 mostBytes) {
  CaptionJournal journal;
  QHash<QString, qsizetype> places;  // of a picture's field
  const Connection connection(file);
  const auto isKnown = [](const QSqlQuery& row) {
    const qint64 version = row.value(0).toLongLong();
    return version >= 1 && version <= captions::kJournalVersion;
  };
  const auto takeCaption = [&](const QSqlQuery& row) {
    const QString path = row.value(0).toString();
    const QString text = row.value(2).toString();
    CaptionJournal::Caption caption{path, text.toUtf8(), foldForSearch(text).toUtf8()};
    journal.bytes += path.size() + caption.shown.size() + caption.folded.size();
    if (journal.bytes > mostBytes) return false;
    const QString key = path + QChar(u'\0') + row.value(1).toString();
    const auto earlier = places.constFind(key);
    if (earlier != places.constEnd()) {
      journal.captions[*earlier] = std::move(caption);
    } else {
      places.insert(key, journal.captions.size());
      journal.captions.append(std::move(caption));
    }
    return true;
  };
  const auto takeSettings = [&](const QSqlQuery& row) {
    const QByteArray text = row.value(0).toString().toUtf8();
    journal.bytes += text.size();
    if (journal.bytes > mostBytes) return false;
    const QJsonObject settings = readJson(text).object;
    const QJsonArray questions = settings[QLatin1String("questions")].toArray();
    if (!questions.isEmpty()) journal.prompts.append({.folder = folder, .questions = questions});
    return true;
  };
  const QVariantList wanted{static_cast<int>(captions::PictureState::kDone),
                            QLatin1String(captions::kModelPrefix.data()) + QLatin1Char('%')};
  if (!connection.read("PRAGMA user_version", {}, isKnown) ||
      !connection.read(kDoneCaptions, wanted, takeCaption) ||
      !connection.read(kRunSettings, {}, takeSettings))
    return std::nullopt;
  return journal;
}

}  // namespace lapilli::gui
