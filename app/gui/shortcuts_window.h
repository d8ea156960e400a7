// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QTableWidget;

namespace lapilli::gui {

/// What the keys do, all of them.
class ShortcutsWindow : public QDialog {
  Q_OBJECT

 public:
  explicit ShortcutsWindow(QWidget* parent = nullptr);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void retranslate();

  QTableWidget* m_table;
};

}  // namespace lapilli::gui
