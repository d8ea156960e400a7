// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPlainTextEdit;
class QPushButton;

namespace lapilli::gui {

/// The words of a question, to be changed and asked anew.
class MessageEdit : public QWidget {
  Q_OBJECT

 public:
  explicit MessageEdit(const QString& text, QWidget* parent = nullptr);

  [[nodiscard]] QString text() const;
  /// Goes there with the keyboard.
  void begin();

 signals:
  void changed(const QString& text);
  /// text: not empty.
  void askWanted(const QString& text);
  void cancelled();
  /// With Esc: what was typed is wanted again.
  void left();

 protected:
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void retranslate();

  QPlainTextEdit* m_text;
  QPushButton* m_cancel;
  QPushButton* m_ask;
};

}  // namespace lapilli::gui
