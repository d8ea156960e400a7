// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chat/message_widget.h"

#include <QScrollArea>
#include <QTimer>

class QVBoxLayout;

namespace lapilli::gui {

/// The messages of one branch, the newest in view. Those far up are made bit by bit, so that a long
/// conversation opens at once.
class ConversationView : public QScrollArea {
  Q_OBJECT

 public:
  explicit ConversationView(Thumbnails& thumbnails, QWidget* parent = nullptr);

  /// Widgets of messages that are still there stay.
  void setPath(const QList<Message>& path);
  void addText(MessageId message, const QString& text);
  /// Questions that are being changed, and to what; they show so when they come on the path.
  [[nodiscard]] const QHash<MessageId, QString>& edits() const { return m_edits; }
  void setEdits(const QHash<MessageId, QString>& edits) { m_edits = edits; }
  void endEdit(MessageId message);
  [[nodiscard]] MessageWidget* widget(MessageId message) const;
  /// The message that has the keyboard's focus, or the last one.
  [[nodiscard]] MessageWidget* current() const;
  /// All messages have their widgets.
  [[nodiscard]] bool isComplete() const { return m_missing == 0; }

  /// Marks the words everywhere and goes to the hit; returns how many there are. `hit` counts from the top,
  /// and wraps.
  int find(const QString& words, int hit);

 signals:
  void editsChanged();
  void edited(lapilli::gui::MessageId message, const QString& text);
  void regenerateWanted(lapilli::gui::MessageId message);
  void goOnWanted(lapilli::gui::MessageId message);
  void stepWanted(lapilli::gui::MessageId message, int direction);
  void pictureWanted(const lapilli::gui::Attachment& picture, const QString& text);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  MessageWidget* make(qsizetype index);
  void makeMore();
  void orderTabs();
  void scrollToEnd();
  [[nodiscard]] bool isAtEnd() const;

  Thumbnails& m_thumbnails;
  QWidget* m_column;
  QVBoxLayout* m_layout;
  QList<Message> m_path;
  QList<MessageWidget*> m_widgets;  // of the path's last messages; m_missing before them have none yet
  qsizetype m_missing = 0;
  QHash<MessageId, QString> m_edits;
  QTimer m_makeTimer;
  bool m_follow = true;
};

}  // namespace lapilli::gui
