// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chat/caption_journal.h"
#include "app/gui/store/search_text.h"

#include <QJsonObject>
#include <QObject>
#include <QThread>

#include <atomic>

namespace lapilli::gui {

/// What is looked through.
struct CaptionSources {
  QStringList folders = {};  ///< whose captions are known, in the order of their hits
  QString presets = {};      ///< the folder of the user's presets of captions
  QJsonArray lastUsed = {};  ///< the questions of the run that was begun last
};

struct CaptionHit {
  QString folder;          ///< of a picture
  QString path;            ///< below it; empty: these are prompts
  CaptionPrompts prompts;  ///< where they are
  Snippet snippet;
};

struct CaptionSearchResult {
  quint64 serial = 0;           ///< what search() returned
  QList<CaptionHit> hits = {};  ///< prompts first
  bool more = false;            ///< the limit left some out
  int unread = 0;  ///< journals that can not be read now; what was known of them before is looked through
  qint64 elapsedMs = 0;
};

/// Finds words in captions of folders and in the prompts of captions, as ChatSearch does in chats: in a
/// thread of its own. What was read of a journal is kept until it changes, or forget(); what is beyond a
/// limit is read again at each search.
class CaptionSearch : public QObject {
  Q_OBJECT

 public:
  /// mostKept: bytes of captions that are kept in memory, of all journals.
  explicit CaptionSearch(QObject* parent = nullptr, qint64 mostKept = qint64{256} << 20);
  ~CaptionSearch() override;

  /// Begins a search; one before it that is under way or has not begun is dropped. Returns its serial number.
  quint64 search(const QString& query, const CaptionSources& sources, int limit = 200);
  /// Drops the search that is under way, and what was read.
  void forget();

 signals:
  void found(const lapilli::gui::CaptionSearchResult& result);

 private:
  class Worker;
  QThread m_thread;
  std::atomic<quint64> m_newest = 0;
  Worker* m_worker;  // lives in m_thread, which deletes it
};

}  // namespace lapilli::gui

Q_DECLARE_METATYPE(lapilli::gui::CaptionSearchResult)
