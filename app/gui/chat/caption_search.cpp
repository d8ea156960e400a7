// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/caption_search.h"

#include "app/gui/batch/caption_presets.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QHash>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>

namespace lapilli::gui {
namespace {

/// So many captions are looked at before it is asked whether anybody still wants to know.
constexpr qsizetype kPortion = 4096;

/// Changes when the file does.
QString stampOf(const QString& file) {
  QString stamp;
  for (const char* suffix : {"", "-wal"}) {
    const QFileInfo info(file + QLatin1String(suffix));
    stamp += QStringLiteral("%1 %2 ").arg(info.size()).arg(info.lastModified().toMSecsSinceEpoch());
  }
  return stamp;
}

/// Those that are saved, then those that were used, each once.
QList<CaptionPrompts> savedPrompts(const CaptionSources& sources) {
  QList<CaptionPrompts> prompts;
  const CaptionPresets presets(sources.presets);
  for (const QString& name : presets.own())
    prompts.append(
        {.preset = name, .questions = presets.load(name).settings[QLatin1String("questions")].toArray()});
  if (!sources.lastUsed.isEmpty()) prompts.append({.questions = sources.lastUsed});
  return prompts;
}

}  // namespace

class CaptionSearch::Worker : public QObject {
 public:
  Worker(const std::atomic<quint64>& newest, qint64 mostKept) : m_newest(newest), m_mostKept(mostKept) {}

  CaptionSearchResult search(quint64 serial, const QString& query, const CaptionSources& sources, int limit) {
    CaptionSearchResult result{.serial = serial};
    QElapsedTimer clock;
    clock.start();
    const QStringList terms = searchTerms(query);
    if (terms.isEmpty()) return result;
    QList<CaptionPrompts> prompts = savedPrompts(sources);
    QList<CaptionHit> captions;
    for (const QString& folder : sources.folders) {
      for (const QString& file : captionJournalsOf(folder)) {
        if (m_newest != serial) return result;
        const Known& known = read(file, folder);
        if (known.stamp.isEmpty()) ++result.unread;
        prompts += known.journal.prompts;
        find(serial, known.journal, folder, terms, limit, captions);
        if (bytesKept() > m_mostKept) m_known.remove(file);
      }
    }
    result.hits = find(prompts, terms) + captions;
    result.more = result.hits.size() > limit;
    result.hits.resize(std::min<qsizetype>(result.hits.size(), limit));
    result.elapsedMs = clock.elapsed();
    return result;
  }

  void forget() { m_known.clear(); }

 private:
  struct Known {
    QString stamp = {};  ///< empty: it could not be read at the last try
    CaptionJournal journal = {};
  };

  const Known& read(const QString& file, const QString& folder) {
    Known& known = m_known[file];
    const QString stamp = stampOf(file);
    if (known.stamp == stamp) return known;
    auto journal = readCaptionJournal(file, folder);
    known.stamp = journal ? stamp : QString();
    if (journal) known.journal = std::move(*journal);
    return known;
  }

  [[nodiscard]] qint64 bytesKept() const {
    qint64 bytes = 0;
    for (const Known& known : m_known) bytes += known.journal.bytes;
    return bytes;
  }

  static QList<CaptionHit> find(const QList<CaptionPrompts>& prompts, const QStringList& terms) {
    QList<CaptionHit> hits;
    QSet<QByteArray> seen;
    for (const CaptionPrompts& each : prompts) {
      const QByteArray asked = QJsonDocument(each.questions).toJson(QJsonDocument::Compact);
      if (each.questions.isEmpty() || seen.contains(asked)) continue;
      seen.insert(asked);
      const QString text = each.text();
      const QString folded = foldForSearch(each.preset + QLatin1Char('\n') + text);
      const bool all =
          std::all_of(terms.begin(), terms.end(), [&](const QString& term) { return folded.contains(term); });
      if (all) hits.append({.folder = {}, .path = {}, .prompts = each, .snippet = makeSnippet(text, terms)});
    }
    return hits;
  }

  void find(quint64 serial, const CaptionJournal& journal, const QString& folder, const QStringList& terms,
            int limit, QList<CaptionHit>& hits) const {
    QList<QByteArray> wanted;
    for (const QString& term : terms) wanted.append(term.toUtf8());
    for (qsizetype at = 0; at < journal.captions.size() && hits.size() <= limit; ++at) {
      if (at % kPortion == 0 && m_newest != serial) return;
      const CaptionJournal::Caption& caption = journal.captions[at];
      const bool all = std::all_of(wanted.begin(), wanted.end(),
                                   [&](const QByteArray& term) { return caption.folded.contains(term); });
      if (!all) continue;
      hits.append({.folder = folder,
                   .path = caption.path,
                   .prompts = {},
                   .snippet = makeSnippet(QString::fromUtf8(caption.shown), terms)});
    }
  }

  const std::atomic<quint64>& m_newest;
  const qint64 m_mostKept;
  QHash<QString, Known> m_known;  // by the journal's file
};

CaptionSearch::CaptionSearch(QObject* parent, qint64 mostKept)
    : QObject(parent), m_worker(new Worker(m_newest, mostKept)) {
  qRegisterMetaType<CaptionSearchResult>();
  m_worker->moveToThread(&m_thread);
  connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
  m_thread.setObjectName(QStringLiteral("caption search"));
  m_thread.start();
}

CaptionSearch::~CaptionSearch() {
  m_newest = ~quint64{0};  // drops what has not begun
  m_thread.quit();
  m_thread.wait();
}

quint64 CaptionSearch::search(const QString& query, const CaptionSources& sources, int limit) {
  const quint64 serial = ++m_newest;
  QMetaObject::invokeMethod(
      m_worker,
      [this, serial, query, sources, limit] {
        if (m_newest != serial) return;
        const CaptionSearchResult result = m_worker->search(serial, query, sources, limit);
        if (m_newest == serial) emit found(result);
      },
      Qt::QueuedConnection);
  return serial;
}

void CaptionSearch::forget() {
  ++m_newest;
  QMetaObject::invokeMethod(
      m_worker, [worker = m_worker] { worker->forget(); }, Qt::QueuedConnection);
}

}  // namespace lapilli::gui
