// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_host.h"

#include <QDialog>

class QPlainTextEdit;
class QPushButton;

namespace lapilli::gui {

/// What the engine and the window said since the start, newest last.
class LogWindow : public QDialog {
  Q_OBJECT

 public:
  static constexpr int kMostLines = 5000;

  explicit LogWindow(JobHost& host, QWidget* parent = nullptr);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void add(const QString& line);
  void retranslate();

  QPlainTextEdit* m_text;
  QPushButton* m_copy;
};

}  // namespace lapilli::gui
