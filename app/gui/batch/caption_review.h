// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/replace_dialog.h"
#include "app/gui/job_host.h"

#include <QHash>
#include <QList>
#include <QUndoStack>
#include <QWidget>

class QPushButton;
class QTableView;
class QToolButton;

namespace lapilli::gui {

class CaptionCompare;
class CaptionFacts;
class CaptionFilterBar;
class CaptionRows;
struct CaptionRow;
class Settings;
class TagPanel;

/// The table of a folder's pictures with its filters, and what is done with single captions: accepted,
/// rejected (the picture's files are then as before), edited, replaced in many. Edits can be undone. One
/// picture at a time takes the table's place where that is wanted, and all tags stand beside it.
class CaptionReview : public QWidget {
  Q_OBJECT

 public:
  /// All outlive it.
  CaptionReview(JobHost& host, CaptionRows& rows, Settings& settings, QWidget* parent = nullptr);
  ~CaptionReview() override;

  /// Forgets what was done before.
  void setFolder(const QString& folder);
  /// Whether captions can be changed now.
  void setPossible(bool possible);
  /// Goes to a picture as soon as the filters, which make way for it, have looked at it.
  void goTo(const QString& path);
  /// Gives the keyboard to the pictures.
  void focusPictures();
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
    QString field;  ///< of the answer; empty: the first question's
    QString text;
    int state = 0;
  };

  void buildTable();
  QWidget* makeActions();
  void connectAll();
  void showOneByOne(bool wanted);
  void showTags(bool wanted);
  void setColumns();
  void showCurrent();
  void goThere();
  [[nodiscard]] QList<const CaptionRow*> chosenRows() const;
  [[nodiscard]] QStringList chosen() const;
  [[nodiscard]] Pending pendingOf(const QString& path, const QString& field = {}) const;
  void decide(bool accepted);
  bool decideAsked(int key);
  void edit();
  void replace();
  void changeTag(ReplaceDialog::Task task, const QString& tag);
  void ask(QList<TextChange> texts, ReplaceDialog::Task task, const QString& tag);
  void push(const QList<TextChange>& changes);
  void apply(const QList<TextChange>& changes, bool back);
  void send(const QString& request, QJsonObject fields, const QList<Pending>& before);
  void step(int by);
  bool press(int key);
  void take(JobHost::JobId job, const QJsonObject& result);
  void takeBack(const Pending& before);
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
  QString m_goal;  // the picture that is gone to; empty: none

  CaptionFilterBar* m_filters;
  CaptionFacts* m_facts;
  QToolButton* m_oneByOne;
  QToolButton* m_showTags;
  QTableView* m_table;
  CaptionCompare* m_compare = nullptr;
  TagPanel* m_tags;
  QPushButton* m_accept;
  QPushButton* m_reject;
  QPushButton* m_edit;
  QPushButton* m_replace;
  QPushButton* m_undoEdit;
};

}  // namespace lapilli::gui
