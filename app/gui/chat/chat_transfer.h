// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_export.h"
#include "app/gui/store/chat_store.h"

#include <QObject>

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

 signals:
  /// It is done.
  void told(const QString& sentence);
  /// It is not, or not wholly.
  void failed(const QString& sentence);
  void imported(const QList<lapilli::gui::ChatId>& chats);

 private:
  void tell(const QString& done, int missingPictures);

  ChatStore& m_store;
  QWidget* m_window;
};

}  // namespace lapilli::gui
