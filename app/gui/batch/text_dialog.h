// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QPlainTextEdit;

namespace lapilli::gui {

/// The text of a picture, to be edited: Return takes it, Shift+Return begins a line, Tab goes on.
class TextDialog : public QDialog {
  Q_OBJECT

 public:
  TextDialog(const QString& picture, const QString& text, QWidget* parent = nullptr);

 signals:
  void wanted(const QString& text);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void take();

  QPlainTextEdit* m_text;
};

}  // namespace lapilli::gui
