// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMimeData>
#include <QPlainTextEdit>

namespace lapilli::gui {

/// A field for plain text. Qt 6.4 reads past what it has when data without any format are pasted, as an empty
/// clipboard's are.
class TextField : public QPlainTextEdit {
 public:
  using QPlainTextEdit::QPlainTextEdit;

 protected:
  void insertFromMimeData(const QMimeData* offered) override {
    if (!offered->formats().isEmpty()) QPlainTextEdit::insertFromMimeData(offered);
  }
};

}  // namespace lapilli::gui
