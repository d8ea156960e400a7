// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/replacement.h"
#include "app/gui/job_host.h"

#include <QHash>
#include <QList>
#include <QTimer>
#include <QUndoStack>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace lapilli::gui {

class CaptionRows;

/// The table of a folder's pictures with its filters, and what is done with single captions: accepted,
/// rejected (the picture's files are then as before), edited, replaced in many. Edits can be undone.
class CaptionReview : public QWidget {
  Q_OBJECT

 public:
  /// Both outlive it.
  CaptionReview(JobHost& host, CaptionRows& rows, QWidget* parent = nullptr);
  ~CaptionReview() override;

  /// Forgets what was done before.
  void setFolder(const QString& folder);
  /// Whether captions can be changed now.
  void setPossible(bool possible);
  [[nodiscard]] QUndoStack& edits() { return m_edits; }
  /// The picture under the cursor; empty: none.
  [[nodiscard]] QString current() const;
  /// Takes what the filters can choose from and how many captions can be reviewed.
  void refresh();

 signals:
  void currentChanged(const QString& path);
  /// The engine has refused something: a sentence.
  void refused(const QString& sentence);

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  friend class TextEdit;
  /// What a job takes back of a picture where it fails.
  struct Pending {
    QString path;
    QString text;
    int state = 0;
  };

  QWidget* makeFilters();
  QWidget* makeActions();
  void filter();
  [[nodiscard]] QStringList chosen() const;
  [[nodiscard]] Pending pendingOf(const QString& path) const;
  void accept();
  void reject();
  void edit();
  void replace();
  void push(const QList<TextChange>& changes);
  void apply(const QList<TextChange>& changes, bool back);
  void send(const QString& request, QJsonObject fields, const QList<Pending>& before);
  void step(int by);
  bool press(int key);
  void take(JobHost::JobId job);
  void takeFailure(JobHost::JobId job, const Failure& failure);
  void retranslate();

  JobHost& m_host;
  CaptionRows& m_rows;
  QString m_folder;
  bool m_possible = false;
  bool m_settingColumns = false;
  bool m_columnsAreTheUsers = false;
  QHash<JobHost::JobId, QList<Pending>> m_jobs;
  QUndoStack m_edits;
  QTimer m_filterDelay;

  QComboBox* m_kind;
  QComboBox* m_below;
  QLineEdit* m_words;
  QLabel* m_shown;
  QTableView* m_table;
  QPushButton* m_accept;
  QPushButton* m_reject;
  QPushButton* m_edit;
  QPushButton* m_replace;
  QPushButton* m_undoEdit;
};

}  // namespace lapilli::gui
