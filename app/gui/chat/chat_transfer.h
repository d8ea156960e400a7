// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_export.h"
#include "app/gui/store/chat_store.h"

#include <QObject>

#include <functional>

class QFutureWatcherBase;
class QWidget;

namespace lapilli::gui {

/// Asks where to, and exports or imports chats in another thread.
class ChatTransfer : public QObject {
  Q_OBJECT

 public:
  ChatTransfer(ChatStore& store, QWidget* window);

  /// chats: empty: all.
  void exportTo(const QList<ChatId>& chats, ExportFormat format);
  void importFrom();

  void run(const ExportOptions& options);
  void read(const QString& file);
  /// Ends what is under way: an export keeps the files that are whole, an import takes back what it added.
  void stop();

 signals:
  /// How many chats are done; total: 0: nothing is under way any more.
  void progress(int done, int total);
  /// It is done.
  void told(const QString& sentence);
  /// It is not, or not wholly.
  void failed(const QString& sentence);
  void imported(const QList<lapilli::gui::ChatId>& chats);

 private:
  void tell(const QString& done, int missingPictures);
  template <class Report>
  void follow(const QFuture<Result<Report>>& work, const std::function<void(const Report&)>& done,
              const QString& stopped);

  ChatStore& m_store;
  QWidget* m_window;
  QList<QFutureWatcherBase*> m_underway;
};

}  // namespace lapilli::gui
