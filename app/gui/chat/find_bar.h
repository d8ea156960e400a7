// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QLineEdit;
class QToolButton;

namespace lapilli::gui {

/// Words to look for in the open chat.
class FindBar : public QFrame {
  Q_OBJECT

 public:
  explicit FindBar(QWidget* parent = nullptr);

  void open();
  /// Shows these words and goes to this of their hits; the keyboard stays where it is.
  void show(const QString& words, int hit);
  void close();
  /// How many hits there are.
  void setCount(int count);

 signals:
  /// hit: counts on, forwards and backwards; empty words end the search.
  void wanted(const QString& words, int hit);

 protected:
  void changeEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void go(int by);
  void retranslate();

  int m_hit = 0;
  int m_count = 0;
  QLineEdit* m_words;
  QLabel* m_place;
  QToolButton* m_previous;
  QToolButton* m_next;
  QToolButton* m_close;
};

}  // namespace lapilli::gui
