// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/tag_counts.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace lapilli::gui {

class TagList;

/// All tags of the folder's texts with how many pictures have them. One is chosen to see its pictures, to be
/// renamed or removed everywhere. Counts while it is shown.
class TagPanel : public QWidget {
  Q_OBJECT

 public:
  /// The rows outlive it.
  explicit TagPanel(const CaptionRows& rows, QWidget* parent = nullptr);

  /// Whether new texts can be changed now.
  void setPossible(bool possible);
  /// The pictures that have a tag, as rows of all().
  [[nodiscard]] QList<int> rowsWith(const QString& tag) const { return m_counts.rowsWith(tag); }
  /// Gives the keyboard to the tags.
  void focusTags();
  [[nodiscard]] QSize sizeHint() const override;

 signals:
  /// The pictures with this tag are to be shown; it is to have another name; it is to go.
  void wanted(const QString& tag);
  void renameWanted(const QString& tag);
  void removeWanted(const QString& tag);
  /// The panel is to go.
  void closeWanted();

 protected:
  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void build();
  void connectAll();
  void take(const QList<TagCount>& tags, int all);
  [[nodiscard]] QString current() const;
  void refresh();
  bool press(int key);
  void retranslate();

  const CaptionRows& m_rows;
  TagCounts m_counts;
  bool m_possible = false;
  int m_all = 0;  // tags, listed or not
  QLineEdit* m_part;
  TagList* m_list;
  QTableView* m_table;
  QLabel* m_state;
  QPushButton* m_rename;
  QPushButton* m_remove;
};

}  // namespace lapilli::gui
