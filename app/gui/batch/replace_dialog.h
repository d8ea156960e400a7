// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/replacement.h"

#include <QDialog>
#include <QList>
#include <QTimer>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace lapilli::gui {

/// Find and replace over captions: shows every change before it is made. Texts are looked at a few at a time.
class ReplaceDialog : public QDialog {
  Q_OBJECT

 public:
  /// `texts`: path and text of the captions; `after` is not looked at.
  explicit ReplaceDialog(QList<TextChange> texts, QWidget* parent = nullptr);

 signals:
  /// The changes that were shown, once they are wanted.
  void wanted(const QList<lapilli::gui::TextChange>& changes);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  static constexpr int kMostShown = 200;
  void begin();
  void look();
  void showCount();
  void retranslate();

  QList<TextChange> m_texts;
  QList<TextChange> m_changes;
  Replacement m_replacement;
  qsizetype m_looked = 0;
  qsizetype m_found = 0;
  QTimer m_delay;
  QTimer m_lookTimer;

  QLabel* m_findLabel;
  QLineEdit* m_find;
  QLabel* m_withLabel;
  QLineEdit* m_with;
  QCheckBox* m_regular;
  QCheckBox* m_case;
  QCheckBox* m_words;
  QTableWidget* m_preview;
  QLabel* m_count;
  QPushButton* m_apply;
  QPushButton* m_cancel;
};

}  // namespace lapilli::gui
