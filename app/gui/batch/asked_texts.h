// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace lapilli::gui {

class CaptionRows;

/// How many of the texts that are there will be replaced, where the user decides that picture by picture in
/// the table, and the same decision for all that are shown there. Visible while there is one to make.
class AskedTexts : public QWidget {
  Q_OBJECT

 public:
  /// `rows` outlive it.
  explicit AskedTexts(CaptionRows& rows, QWidget* parent = nullptr);

  void refresh();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void retranslate();

  CaptionRows& m_rows;
  QLabel* m_count;
  QPushButton* m_replace;
  QPushButton* m_keep;
};

}  // namespace lapilli::gui
