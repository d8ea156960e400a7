// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chat/message_widget.h"

#include <QHash>
#include <QScrollArea>
#include <QSet>
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
  /// Questions that are being changed, and to what; they show so when they come on the path, unless they were
  /// left with Esc since the start.
  [[nodiscard]] const QHash<MessageId, QString>& edits() const { return m_edits; }
  void setEdits(const QHash<MessageId, QString>& edits) { m_edits = edits; }
  void endEdit(MessageId message);
  [[nodiscard]] MessageWidget* widget(MessageId message) const;
  /// The message that has the keyboard's focus, or the last one.
  [[nodiscard]] MessageWidget* current() const;
  /// All messages have their widgets.
  [[nodiscard]] bool isComplete() const { return m_missing == 0; }

  /// Marks the words everywhere and goes to the hit; returns how many there are. `hit` counts from the top,
  /// and wraps. Messages that have no widgets yet are marked, and gone to, as they get them.
  int find(const QString& words, int hit);
  /// How many hits stand in the messages before this one.
  [[nodiscard]] int hitsBefore(MessageId message, const QString& words) const;
  /// Goes to a message, and stays there while those above it are made.
  void showMessage(MessageId message);

 signals:
  void editsChanged();
  void edited(lapilli::gui::MessageId message, const QString& text);
  void regenerateWanted(lapilli::gui::MessageId message);
  void goOnWanted(lapilli::gui::MessageId message);
  void seedWanted(quint64 seed);
  void stepWanted(lapilli::gui::MessageId message, int direction);
  void pictureWanted(const lapilli::gui::Attachment& picture, const QString& text, const QJsonObject& params);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  /// What the view goes to: its end as that moves, a place in a message, or nothing.
  enum class Goal { kEnd, kMessage, kNone };

  MessageWidget* make(qsizetype index);
  /// The text of a message of the path, with what was added to it.
  [[nodiscard]] QString textOf(qsizetype index) const;
  void mark(MessageWidget* widget);
  void goThere();
  void leaveToUser();
  void makeMore();
  void orderTabs();
  [[nodiscard]] bool isAtEnd() const;

  Thumbnails& m_thumbnails;
  QWidget* m_column;
  QVBoxLayout* m_layout;
  QList<Message> m_path;
  QList<MessageWidget*> m_widgets;  // of the path's last messages; m_missing before them have none yet
  qsizetype m_missing = 0;
  QHash<MessageId, QString> m_edits;
  QSet<MessageId> m_left;  // those of them that were left
  QTimer m_makeTimer;
  Goal m_goal = Goal::kEnd;
  MessageId m_goalMessage = 0;
  QString m_words;             // that are marked
  MessageId m_hitMessage = 0;  // where the hit is that stands out
  int m_hit = -1;              // the hit within it
};

}  // namespace lapilli::gui
