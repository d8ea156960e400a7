// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/saved_filters.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;

namespace lapilli::gui {

/// Where the user says which pictures are shown: the kind, the folder, a text that captions::Filter reads;
/// filters are saved under names. A text that is no filter is told with its place, and the last one stays.
class CaptionFilterBar : public QWidget {
  Q_OBJECT

 public:
  /// The settings outlive it.
  explicit CaptionFilterBar(Settings& settings, QWidget* parent = nullptr);

  [[nodiscard]] const CaptionFilter& filter() const { return m_filter; }
  /// Of another folder: its folders are not known yet.
  void forgetFolders();
  /// No filter any more.
  void showAll();
  /// This text alone.
  void showOnly(const QString& text);
  void addFolders(const QStringList& folders);
  /// `reading`: facts of the files that the filter asks for.
  void showCount(qsizetype matching, qsizetype total, bool reading);
  /// Puts a widget at the end of the row.
  void append(QWidget* widget);

 signals:
  void wanted(const lapilli::gui::CaptionFilter& filter);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void take();
  void use(const QString& name);
  void fillMenu();
  void askName();
  void save(const QString& name);
  void showHelp();
  void retranslate();

  SavedFilters m_saved;
  CaptionFilter m_filter;
  QTimer m_delay;
  QWidget* m_row;
  QComboBox* m_kind;
  QComboBox* m_below;
  QLineEdit* m_words;
  QToolButton* m_more;
  QMenu* m_menu;
  QLabel* m_shown;
  QLabel* m_problem;
};

}  // namespace lapilli::gui
