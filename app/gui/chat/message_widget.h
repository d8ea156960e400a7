// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chat/thumbnails.h"
#include "app/gui/store/chat_types.h"

#include <QFrame>

#include <optional>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace lapilli::gui {

class MessageEdit;
class MessageText;
class ThumbnailButton;

/// One message with its pictures, its facts and what can be done with it.
class MessageWidget : public QFrame {
  Q_OBJECT

 public:
  /// pictures: what an answer's boxes are drawn over, the last picture before it; may be empty.
  MessageWidget(const Message& message, const QList<Attachment>& pictures, Thumbnails& thumbnails,
                QWidget* parent = nullptr);

  [[nodiscard]] const Message& message() const { return m_message; }
  void setMessage(const Message& message);
  void addText(const QString& text);
  /// Whether an answer stands at the end, where it can be written on.
  void setLast(bool last);
  [[nodiscard]] MessageText* text() const { return m_text; }
  /// Shows the question's words to be changed, and goes there with the keyboard.
  void beginEdit();
  /// Shows these words instead, as they were left at another time.
  void openEdit(const QString& text);
  /// These words are there at the next beginEdit().
  void setLeft(const QString& text) { m_left = text; }
  void endEdit();

 signals:
  void editChanged(lapilli::gui::MessageId message, const QString& text);
  void editEnded(lapilli::gui::MessageId message);
  /// What was typed is wanted again.
  void editLeft(lapilli::gui::MessageId message);
  /// Asked anew with these words; the edit is open until endEdit().
  void edited(lapilli::gui::MessageId message, const QString& text);
  void regenerateWanted(lapilli::gui::MessageId message);
  void goOnWanted(lapilli::gui::MessageId message);
  /// Questions are to be asked with the seed of this answer.
  void seedWanted(quint64 seed);
  void stepWanted(lapilli::gui::MessageId message, int direction);
  /// text: may hold boxes; params: those of the answer whose boxes they are; empty: none.
  void pictureWanted(const lapilli::gui::Attachment& picture, const QString& text, const QJsonObject& params);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void build();
  void buildActions(QVBoxLayout* column);
  QToolButton* action(const QString& name, const QString& drawing);
  void announce();
  void leaveEdit();
  void closeEdit();
  void showWords();
  void showBoxes();
  void refresh();
  void retranslate();
  [[nodiscard]] bool fromUser() const { return m_message.role == MessageRole::User; }

  Message m_message;
  QList<Attachment> m_pictures;
  Thumbnails& m_thumbnails;
  bool m_last = false;
  QString m_left;  // what was typed when an edit was left with Esc

  QFrame* m_bubble = nullptr;
  MessageText* m_text = nullptr;
  MessageEdit* m_edit = nullptr;
  ThumbnailButton* m_boxes = nullptr;
  QVBoxLayout* m_words = nullptr;
  QLabel* m_status = nullptr;
  QToolButton* m_more = nullptr;
  QLabel* m_details = nullptr;
  QPushButton* m_retry = nullptr;
  QLabel* m_facts = nullptr;
  QToolButton* m_seed = nullptr;
  QToolButton* m_copy = nullptr;
  QToolButton* m_editButton = nullptr;
  QToolButton* m_regenerate = nullptr;
  QToolButton* m_goOn = nullptr;
  QToolButton* m_earlier = nullptr;
  QLabel* m_place = nullptr;
  QToolButton* m_later = nullptr;
};

/// "23 tokens · 14.2 tokens/s · …", as far as they are known.
[[nodiscard]] QString factsOf(const Message& message);

/// What an answer's words were drawn with; nothing where that is not known.
[[nodiscard]] std::optional<quint64> seedOf(const Message& message);

}  // namespace lapilli::gui
