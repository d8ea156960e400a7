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

/// Find and replace over captions, or of one tag: shows every change before it is made. Texts are looked at a
/// few at a time.
class ReplaceDialog : public QDialog {
  Q_OBJECT

 public:
  enum class Task { kReplace, kRenameTag, kRemoveTag };

  /// `texts`: those that are looked at; `after` of them is not. `tag`: that is renamed or removed.
  explicit ReplaceDialog(QList<TextChange> texts, QWidget* parent = nullptr, Task task = Task::kReplace,
                         const QString& tag = {});

 signals:
  /// The changes that were shown, once they are wanted.
  void wanted(const QList<lapilli::gui::TextChange>& changes);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  static constexpr int kMostShown = 200;
  void build();
  void connectAll();
  void begin();
  void look();
  void showChange(const TextChange& change);
  void showCount();
  void retranslate();

  Task m_task;
  QList<TextChange> m_texts;
  QList<TextChange> m_changes;
  Replacement m_replacement;
  qsizetype m_looked = 0;
  qsizetype m_found = 0;
  bool m_fits = true;  // the new tag, everywhere it would come to
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
