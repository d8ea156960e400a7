// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/chat_search.h"

#include "app/gui/store/chat_database.h"

#include <QElapsedTimer>

#include <memory>

namespace lapilli::gui {
namespace {

/// The trigram index knows nothing shorter.
constexpr qsizetype kIndexedLength = 3;

QString quoted(const QString& term) {
  return u'"' + QString(term).replace(u'"', QStringLiteral("\"\"")) + u'"';
}

QString columns() {
  return QStringLiteral(
      "SELECT s.chat_id, c.title, s.message_id, m.role, coalesce(m.created, c.created), m.text ");
}

QString joins() {
  return QStringLiteral(
      "JOIN chat c ON c.id = s.chat_id LEFT JOIN message m ON m.id = s.message_id "
      "WHERE c.deleted IS NULL ");
}

struct Statement {
  QString sql;
  QVariantList values;
};

/// There are few titles, so they are scanned.
Statement titleStatement(const QStringList& terms, int limit) {
  Statement statement{columns() + QStringLiteral("FROM search_text s ") + joins() +
                          QStringLiteral("AND s.message_id IS NULL "),
                      {}};
  for (const QString& term : terms) {
    statement.sql += QStringLiteral("AND instr(s.folded, ?) > 0 ");
    statement.values.append(term);
  }
  statement.sql += QStringLiteral("ORDER BY c.updated DESC LIMIT ?");
  statement.values.append(limit);
  return statement;
}

/// Words that the index knows choose the rows; shorter ones, two Chinese characters say, are looked for in
/// these, or in all rows. (LIKE on an indexed table would find nothing for them.)
Statement messageStatement(const QStringList& terms, int limit) {
  QStringList indexed, scanned;
  for (const QString& term : terms) {
    (term.toUcs4().size() >= kIndexedLength ? indexed : scanned).append(term);
  }
  Statement statement{columns(), {}};
  if (indexed.isEmpty()) {
    statement.sql += QStringLiteral("FROM search_text s ") + joins();
  } else {
    statement.sql += QStringLiteral("FROM search_index i JOIN search_text s ON s.id = i.rowid ") + joins() +
                     QStringLiteral("AND search_index MATCH ? ");
    for (QString& term : indexed) term = quoted(term);
    statement.values.append(indexed.join(u' '));
  }
  for (const QString& term : scanned) {
    statement.sql += QStringLiteral("AND instr(s.folded, ?) > 0 ");
    statement.values.append(term);
  }
  statement.sql += QStringLiteral("AND s.message_id IS NOT NULL ORDER BY %1 DESC LIMIT ?")
                       .arg(indexed.isEmpty() ? QStringLiteral("s.id") : QStringLiteral("i.rowid"));
  statement.values.append(limit);
  return statement;
}

QList<SearchHit> hitsOf(const ChatDatabase& database, const Statement& statement, const QStringList& terms) {
  QList<SearchHit> hits;
  QSqlQuery query = database.run(statement.sql, statement.values);
  while (nextRow(query)) {
    SearchHit hit;
    hit.chat = query.value(0).toLongLong();
    hit.chatTitle = query.value(1).toString();
    hit.message = query.value(2).toLongLong();
    hit.role = messageRoleFromString(query.value(3).toString()).value_or(MessageRole::User);
    hit.created = QDateTime::fromMSecsSinceEpoch(query.value(4).toLongLong(), Qt::UTC);
    hit.snippet = makeSnippet(hit.message == 0 ? hit.chatTitle : query.value(5).toString(), terms);
    hits.append(hit);
  }
  return hits;
}

}  // namespace

class ChatSearch::Worker : public QObject {
 public:
  explicit Worker(QString path) : m_path(std::move(path)) {}

  SearchResult search(const QString& text, int limit) {
    SearchResult result;
    result.query = text;
    QElapsedTimer clock;
    clock.start();
    try {
      if (!m_database) m_database = std::make_unique<ChatDatabase>(m_path, ChatDatabase::Access::ReadOnly);
      const QStringList terms = searchTerms(text);
      if (!terms.isEmpty()) {
        result.hits = hitsOf(*m_database, titleStatement(terms, limit + 1), terms);
        result.hits += hitsOf(*m_database, messageStatement(terms, limit + 1), terms);
      }
      result.more = result.hits.size() > limit;
      result.hits.resize(std::min<qsizetype>(result.hits.size(), limit));
    } catch (const Error& error) {
      result.problem = QString::fromStdString(error.message());
      m_database.reset();
    }
    result.elapsedMs = clock.elapsed();
    return result;
  }

 private:
  QString m_path;
  std::unique_ptr<ChatDatabase> m_database;
};

ChatSearch::ChatSearch(const QString& databasePath, QObject* parent)
    : QObject(parent), m_worker(new Worker(databasePath)) {
  qRegisterMetaType<SearchResult>();
  m_worker->moveToThread(&m_thread);
  connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
  m_thread.setObjectName(QStringLiteral("chat search"));
  m_thread.start();
}

ChatSearch::~ChatSearch() {
  m_newest = ~quint64{0};  // drops what has not begun
  m_thread.quit();
  m_thread.wait();
}

quint64 ChatSearch::search(const QString& query, int limit) {
  const quint64 serial = ++m_newest;
  QMetaObject::invokeMethod(
      m_worker,
      [this, serial, query, limit] {
        if (m_newest != serial) return;
        SearchResult result = m_worker->search(query, limit);
        result.serial = serial;
        emit found(result);
      },
      Qt::QueuedConnection);
  return serial;
}

}  // namespace lapilli::gui
