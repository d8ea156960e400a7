// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QBoxLayout;
class QGridLayout;
class QLabel;
class QPushButton;
class QTabBar;

namespace lapilli::gui {

/// A page of two parts: a narrow one under a title with the page's buttons below it, and a wide one. Where
/// there is no room for both they are shown in turns; the buttons are there always.
class TwoParts : public QWidget {
  Q_OBJECT

 public:
  enum Part { kNarrow, kWide };

  TwoParts(QWidget* narrow, QWidget* wide, const QList<QPushButton*>& buttons, QWidget* parent = nullptr);

  void setTexts(const QString& title, const QString& narrow, const QString& wide, const QString& tabs);
  /// Where there is room for one.
  void showPart(Part part);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void arrange();

  bool m_inTurns = false;
  QWidget* m_parts[2];
  QLabel* m_title;
  QTabBar* m_tabs;
  QWidget* m_bar;
  QBoxLayout* m_buttons;
  QGridLayout* m_grid;
};

}  // namespace lapilli::gui
