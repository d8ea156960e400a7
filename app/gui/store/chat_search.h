// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_types.h"
#include "app/gui/store/search_text.h"

#include <QObject>
#include <QThread>

#include <atomic>

namespace lapilli::gui {

struct SearchHit {
  ChatId chat = 0;
  QString chatTitle;
  MessageId message = 0;  ///< 0: the title itself
  MessageRole role = MessageRole::User;
  QDateTime created;
  Snippet snippet;
};

struct SearchResult {
  quint64 serial = 0;  ///< what search() returned
  QString query;
  QList<SearchHit> hits;  ///< titles first; then messages, newest first
  bool more = false;      ///< the limit left some out
  qint64 elapsedMs = 0;
  QString problem;  ///< a sentence when the search failed; there are no hits then
};

/// Finds words in the titles and messages of all chats, in a thread and on a connection of its own.
///
/// A hit has all the words of the query somewhere; "quoted words" must stand together. Case and width make no
/// difference, and a word may be a part of a longer one, of any length and script.
class ChatSearch : public QObject {
  Q_OBJECT
 public:
  /// `databasePath`: of an open ChatStore.
  explicit ChatSearch(const QString& databasePath, QObject* parent = nullptr);
  ~ChatSearch() override;

  /// Begins a search; one that has not begun yet is dropped. Returns its serial number.
  quint64 search(const QString& query, int limit = 200);

 signals:
  void found(const lapilli::gui::SearchResult& result);

 private:
  class Worker;
  QThread m_thread;
  Worker* m_worker;  // lives in m_thread, which deletes it
  std::atomic<quint64> m_newest = 0;
};

}  // namespace lapilli::gui

Q_DECLARE_METATYPE(lapilli::gui::SearchResult)
